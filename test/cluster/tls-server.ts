import { once } from 'node:events';
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer, type Server as SecureServer } from 'node:tls';
import type { KeyPair } from './certificates.ts';

/** A server on 127.0.0.1 that can be looked at; nobody must log in. */
export interface LookedAtServer {
  readonly port: number;
  /** How many connections were made to it so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** One that speaks TLS and can change its mind. */
export interface TlsServer extends LookedAtServer {
  /** New handshakes show this certificate. */
  show(pair: KeyPair, chain?: readonly string[]): void;
}

/** Shows a certificate, with the PEM of those that follow it, to whoever comes and whatever name they ask for. */
export async function startTlsServer(pair: KeyPair, chain: readonly string[] = []): Promise<TlsServer> {
  const server = createServer(shownOf(pair, chain));
  // Whoever only looks breaks off as they like.
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (socket) => socket.on('error', () => undefined).resume());
  return Object.assign(await listening(server), {
    show: (next: KeyPair, nextChain: readonly string[] = []) => server.setSecureContext(shownOf(next, nextChain)),
  });
}

/** Accepts and never says a word, as a machine that has run out of memory. */
export function startSilentServer(): Promise<LookedAtServer> {
  return listening(createPlainServer());
}

/** Speaks HTTP where TLS is wanted. */
export function startHttpServer(): Promise<LookedAtServer> {
  return listening(
    createPlainServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    }),
  );
}

function shownOf({ certificate, key }: KeyPair, chain: readonly string[]): { cert: string; key: string } {
  return { cert: [certificate, ...chain].join('\n'), key };
}

async function listening(server: Server | SecureServer): Promise<LookedAtServer> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
