import { connect as connectTcp, isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  type ConnectionOptions,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { asTransportError } from './transport-failure.ts';
import { TransportError } from './transport.ts';
import type { Endpoint } from './way-in.ts';

/** A connection being made. */
export interface Dialling {
  /** Rejects with a `TransportError` only. */
  socket: Promise<Socket>;
  /** What it is waiting for, should somebody lose patience before it does. */
  waitingFor(limitMs: number): TransportError;
}

/** How to dial. */
export interface DialOptions {
  /** What to trust and what to present, null for `http:`. */
  secureContext: SecureContext | null;
  /** Protocols offered, the preferred one first. */
  protocols: string[];
  limitMs: number;
}

/** Makes a TCP or TLS connection whose server is verified as the endpoint says. */
export function dial(endpoint: Endpoint, { secureContext, protocols, limitMs }: DialOptions): Dialling {
  let connected = false;
  const waitingFor = (ms: number) => silence(endpoint, connected, ms);
  const socket = new Promise<Socket>((resolve, reject) => {
    const made = endpoint.tls
      ? connectTls({ ...verification(endpoint), secureContext: secureContext!, ALPNProtocols: protocols })
      : connectTcp({ host: endpoint.host, port: endpoint.port });
    const limit = setTimeout(() => {
      made.destroy();
      reject(waitingFor(limitMs));
    }, limitMs);
    limit.unref();
    const fail = (error: Error) => {
      clearTimeout(limit);
      reject(asTransportError(error, endpoint.address));
    };
    made.once('error', fail);
    made.once('connect', () => (connected = true));
    made.once(endpoint.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(limit);
      made.off('error', fail);
      made.setNoDelay(true);
      // Probes of TCP itself, for what our own PING does not cover (HTTP/1.1).
      made.setKeepAlive(true, 30_000);
      resolve(made);
    });
  });
  return { socket, waitingFor };
}

/** How `node:tls` is told whom to expect. An IP address may not be sent as a server name. */
export function verification({ host, port, serverName, otherName, skipVerify }: Endpoint): ConnectionOptions {
  const expected = serverName ?? host;
  return {
    host,
    port,
    servername: isIP(expected) ? '' : expected,
    rejectUnauthorized: !skipVerify,
    checkServerIdentity: (_, certificate) => {
      const wrong = checkServerIdentity(expected, certificate);
      // Of a name the complaint lists all names of the certificate; of an address only the addresses.
      return wrong && otherName !== undefined ? checkServerIdentity(otherName, certificate) : wrong;
    },
  };
}

/** The protocol that client and server agreed on, "" if none. */
export function protocolOf(socket: Socket): string {
  return (socket as Partial<TLSSocket>).alpnProtocol || '';
}

function silence({ address, tls }: Endpoint, connected: boolean, ms: number): TransportError {
  const seconds = `${Math.round(ms / 100) / 10} s`;
  if (!connected) return new TransportError('timeout', `no connection to ${address} within ${seconds}`);
  const part = tls ? 'the TLS handshake' : 'the request';
  return new TransportError('silent', `connected to ${address}, but ${part} got no answer within ${seconds}`);
}
