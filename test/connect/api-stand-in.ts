import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CertificateAuthority, KeyPair } from '#test/cluster/certificates.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Answering = ServerResponse | Http2ServerResponse;
export type Answer = (incoming: Incoming, answering: ServerResponse) => void;

/** A real server of our own in the place of an API server, with its answers in the test's hands. */
export interface ApiStandIn {
  readonly port: number;
  readonly server: string;
  /** How the next requests are answered. */
  answer: Answer;
  /** Every request so far: protocol, path and headers. */
  readonly asked: {
    version: string;
    path: string;
    headers: Record<string, string | string[] | undefined>;
    session: unknown;
  }[];
  readonly sessions: Set<ServerHttp2Session>;
  /** TLS handshakes finished, TCP connections for plain HTTP. */
  readonly connections: () => number;
  /** TCP connections, whatever came of them. */
  readonly tries: () => number;
  /** Presented by the clients, by common name. */
  readonly clients: string[];
  exchange(certificate: KeyPair): void;
  /** Cuts all connections and refuses new ones. */
  stop(): Promise<void>;
}

/** Which protocol it speaks. */
export type StandInProtocol = 'h2' | 'https' | 'http';

/** Starts one on a free port of 127.0.0.1, or on this port. */
export async function startStandIn(
  protocol: StandInProtocol,
  pair: KeyPair | null,
  options: { port?: number; clientCa?: CertificateAuthority } = {},
): Promise<ApiStandIn> {
  let connections = 0;
  let tries = 0;
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const tls = pair === null ? {} : { cert: pair.certificate, key: pair.key };
  const asking = options.clientCa
    ? { requestCert: true, rejectUnauthorized: false, ca: options.clientCa.certificate }
    : {};
  const server =
    protocol === 'h2'
      ? createSecureServer({ ...tls, ...asking, allowHTTP1: false })
      : protocol === 'https'
        ? createHttps({ ...tls, ...asking })
        : createHttp();
  const standIn: ApiStandIn = {
    port: 0,
    server: '',
    answer: (_, answering) => answering.end('ok'),
    asked: [],
    sessions,
    connections: () => connections,
    tries: () => tries,
    clients: [],
    exchange: (next) =>
      (server as Http2SecureServer).setSecureContext({ cert: next.certificate, key: next.key, ...asking }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    tries += 1;
    socket.on('error', () => socket.destroy());
    if (protocol === 'http') connections += 1;
  });
  server.on('secureConnection', (socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy());
    const subject = socket.getPeerCertificate()?.subject as { CN?: string } | undefined;
    if (subject?.CN) standIn.clients.push(subject.CN);
  });
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on('error', () => session.destroy());
    session.once('close', () => sessions.delete(session));
  });
  server.on('request', (incoming: Incoming, answering: ServerResponse) => {
    const session = 'stream' in incoming ? incoming.stream.session : incoming.socket;
    standIn.asked.push({ version: incoming.httpVersion, path: incoming.url ?? '', headers: incoming.headers, session });
    answering.on('error', () => answering.destroy());
    standIn.answer(incoming, answering);
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(standIn, { port, server: `${pair === null ? 'http' : 'https'}://127.0.0.1:${port}` });
}
