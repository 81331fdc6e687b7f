import { onTestFinished } from 'vitest';
import type { HttpAnswer, HttpAsk, Network } from '#server/cluster/network.ts';
import { createNetwork } from '#server/probes/network.ts';
import type { NamesOptions } from '#server/probes/network/names.ts';
import { rawHouse, type House } from '../tls-house.ts';

/** A question to this machine itself, trusted wholly, unless a test says otherwise. */
export function askOf(url: string, more: Partial<HttpAsk> = {}): HttpAsk {
  return {
    ...{ url, method: 'GET', headers: {}, redirects: 5, address: '', resolver: '', verify: 'all', authorities: [] },
    ...{ linkLocal: false, loopback: true, bodyLimit: 262_144 },
    ...more,
  };
}

/** The real network, closed with the test. */
export function realNetwork(options: NamesOptions = {}): Network & { close(): void } {
  const network = createNetwork(options);
  onTestFinished(network.close);
  return network;
}

/** Asks once by a network of its own. */
export function asked(url: string, more: Partial<HttpAsk> = {}, limitMs = 5_000): Promise<HttpAnswer> {
  return realNetwork().askHttp(askOf(url, more), limitMs);
}

/** A server that answers the head of each request with these bytes and then closes, or does what it is told to. */
export function sayingHouse(
  say: string | Buffer | ((socket: import('node:net').Socket, head: string) => void),
): Promise<House> {
  return rawHouse((socket) => {
    let head = '';
    socket.on('data', function read(chunk: Buffer) {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read).resume();
      if (typeof say === 'function') say(socket, head);
      else socket.end(say);
    });
  });
}

/** An answer as it goes over the wire. */
export function http(
  status: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Buffer {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  const head = [`HTTP/1.1 ${status}`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
