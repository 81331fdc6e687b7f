import { once } from 'node:events';
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer, type Server as SecureServer } from 'node:tls';
import type { KeyPair } from './certificates.ts';

/** Where to listen. */
export interface Place {
  host: string;
  port: number;
}

/** A server that can be looked at; nobody must log in. */
export interface LookedAtServer extends Readonly<Place> {
  /** How many connections were made to it so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** One that speaks TLS and can change its mind. */
export interface TlsServer extends LookedAtServer {
  /** New handshakes show this certificate. */
  show(pair: KeyPair, chain?: readonly string[]): void;
}

/** Shows a certificate, perhaps with the PEM of those that follow it, to whoever comes and whatever name they ask for. */
export async function startTlsServer(pair: KeyPair, place?: Place): Promise<TlsServer> {
  const server = createServer(shownOf(pair, []));
  // Whoever only looks breaks off as they like.
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (socket) => socket.on('error', () => undefined).resume());
  return Object.assign(await listening(server, place), {
    show: (next: KeyPair, chain: readonly string[] = []) => server.setSecureContext(shownOf(next, chain)),
  });
}

/** Accepts and never says a word, as a machine that has run out of memory. */
export function startSilentServer(place?: Place): Promise<LookedAtServer> {
  return listening(createPlainServer(), place);
}

/** Speaks HTTP where TLS is wanted. */
export function startHttpServer(place?: Place): Promise<LookedAtServer> {
  return listening(
    createPlainServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    }),
    place,
  );
}

const anywhere: Place = { host: '127.0.0.1', port: 0 };

function shownOf({ certificate, key }: KeyPair, chain: readonly string[]): { cert: string; key: string } {
  return { cert: [certificate, ...chain].join('\n'), key };
}

async function listening(server: Server | SecureServer, place: Place = anywhere): Promise<LookedAtServer> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
  });
  server.listen(place.port, place.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    host: address.address,
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
