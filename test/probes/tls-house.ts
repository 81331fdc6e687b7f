import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TlsLook, TlsTarget } from '#server/cluster/connection.ts';
import { createTlsLooks } from '#server/cluster/look-at-tls.ts';
import type { Endpoint } from '#server/cluster/way-in.ts';

/** A certificate as a server shows it. */
export interface Shown {
  certificate: string;
  key: string;
}

/** A server of any kind that ends with the test. */
export interface House {
  port: number;
  /** Sockets that are open now. */
  open(): number;
  /** Of all connections so far. */
  connections(): number;
  close(): void;
}

/** A TLS server that shows `shown` and what is given after it. */
export function tlsHouse(shown: Shown, after: readonly Shown[] = [], options: TlsOptions = {}): Promise<House> {
  const cert = [shown, ...after].map(({ certificate }) => certificate).join('\n');
  const server = createTlsServer({ cert, key: shown.key, ...options }, (socket) => {
    // What is sent is read, if by nobody: else the end of it would not be seen.
    socket.on('error', () => socket.destroy()).resume();
  });
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return listening(server);
}

/** A TLS server that shows another certificate by the name that is asked for. */
export function namedHouse(fallback: Shown, byName: Record<string, Shown>): Promise<House> {
  const contextOf = ({ certificate: cert, key }: Shown) => createSecureContext({ cert, key });
  return tlsHouse(fallback, [], {
    SNICallback: (name, callback) => callback(null, contextOf(byName[name] ?? fallback)),
  });
}

/** A server that does with each connection whatever is given. */
export function rawHouse(onConnection: (socket: Socket) => void): Promise<House> {
  const server = createServer((socket) => {
    // What is sent is read, if by nobody: else the end of it would not be seen.
    onConnection(socket.on('error', () => socket.destroy()).resume());
  });
  return listening(server);
}

async function listening(server: Server): Promise<House> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { port, open: () => sockets.size, connections: () => connections, close };
}

/** How a server is looked at unless a test says otherwise. */
export function targetOf(port: number, more: Partial<TlsTarget> = {}): TlsTarget {
  return {
    ...{ host: '127.0.0.1', port, serverName: 'git.example', otherName: '', trust: 'system', also: [], resolver: '' },
    ...more,
  };
}

/** Looks by one and the same memory of whom to trust, as the wall does; the cluster's own authority is `ca`. */
export function looks(ca: string | null = null): (target: TlsTarget, limitMs?: number) => Promise<TlsLook> {
  const look = createTlsLooks(() => ({ ca }) as Endpoint);
  return (target, limitMs = 5_000) => look(target, limitMs);
}
