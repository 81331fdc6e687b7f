import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { WantedRegistry } from '#server/probes/wanted-registry.ts';
import { startRegistry, type Registry, type RegistryOptions } from '#test/cluster/real-node/registry.ts';

/** Debian's docker-registry, empty, until the test ends. */
export async function realRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-registry-'));
  const registry = await startRegistry(directory, options);
  onTestFinished(async () => {
    await registry.kill();
    rmSync(directory, { recursive: true, force: true });
  });
  return registry;
}

/** A registry as it is wanted: the owner's own at this URL unless told. */
export function wantedAt(url: string, part: Partial<WantedRegistry> = {}): WantedRegistry {
  const { host } = new URL(url);
  return {
    ...{ key: 'Registry/home', name: 'home', host, kind: 'v2', configured: true, mirrors: [], url, login: null },
    ...{ address: '', resolver: '', authorities: [], verify: 'all', everyMs: 10_000, timeoutMs: 4_000 },
    ...{ images: [], imagesLeftOut: 0 },
    ...part,
  };
}

/** What it was asked, in order: `GET /v2/`. */
export interface HttpHouse {
  url: string;
  host: string;
  asked: { method: string; path: string; authorization: string }[];
  /** Answers from now on. */
  answers: (asked: IncomingMessage, answer: ServerResponse) => void;
}

/** An HTTP server that answers as the test says, until it ends. */
export async function httpHouse(answers: HttpHouse['answers']): Promise<HttpHouse> {
  const server = createServer((asked, answer) => {
    const { method = '', url: path = '', headers } = asked;
    house.asked.push({ method, path, authorization: headers.authorization ?? '' });
    house.answers(asked, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const house: HttpHouse = { url: `http://${host}`, host, asked: [], answers };
  return house;
}

/** Answers with what a registry answers. */
export function passedOn(registry: Registry): HttpHouse['answers'] {
  return (asked, answer) => {
    const { method, url, headers } = asked;
    const through = request({ host: '127.0.0.1', port: registry.port, method, path: url, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    through.on('error', () => answer.writeHead(502).end());
    asked.pipe(through);
  };
}

/** Answers with a status, headers and a text. */
export function answersWith(status: number, body = '', headers: Record<string, string> = {}): HttpHouse['answers'] {
  return (_, answer) => answer.writeHead(status, headers).end(body);
}
