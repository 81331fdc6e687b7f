import type { Socket } from 'node:net';
import type { ConnectLimits } from './connect-limits.ts';
import { dial, protocolOf, type Dialling } from './dial.ts';
import { createHttp1Transport } from './http1-transport.ts';
import { createHttp2Transport } from './http2-transport.ts';
import { secureContext } from './secure-context.ts';
import type { TransportAsk } from './transport-ask.ts';
import { TransportError, type TransportResponse } from './transport.ts';
import type { ClientCertificate, Endpoint } from './way-in.ts';

/** All connections to one server under one TLS identity, over HTTP/2 or, where the server has no other, HTTP/1.1. */
export interface Lane {
  request(ask: TransportAsk): Promise<TransportResponse>;
  readonly protocol: 'h2' | 'http/1.1';
  /** New requests take new connections; the present ones end with their last stream. */
  renew(): void;
  readonly streams: number;
  /** What it waits for while no connection stands, null if one does. */
  waitingFor(limitMs: number): TransportError | null;
  destroy(failure: TransportError): void;
}

/** With what a lane is made. */
export interface LaneOptions {
  endpoint: Endpoint;
  certificate: ClientCertificate | null;
  clock: () => number;
  limits: ConnectLimits;
}

/** A lane that has connected to nothing yet. */
export function createLane({ endpoint, certificate, clock, limits }: LaneOptions): Lane {
  const { address } = endpoint;
  const context = secureContext(endpoint, certificate);
  let http1 = !endpoint.tls;
  let dialling: Dialling | null = null;
  let spare: Socket | null = null;

  async function dialOne(protocols: string[]): Promise<Socket> {
    const mine = dial(endpoint, { secureContext: context, protocols, limitMs: limits.dialMs });
    dialling = mine;
    try {
      return await mine.socket;
    } finally {
      if (dialling === mine) dialling = null;
    }
  }

  const second = createHttp2Transport({ address, clock, limits, dial: dialSecond });
  const first = createHttp1Transport({ address, clock, dial: dialFirst });

  async function dialSecond(): Promise<Socket> {
    const socket = await dialOne(['h2', 'http/1.1']);
    if (protocolOf(socket) === 'h2') return socket;
    spare = socket.once('error', dropSpare).once('close', dropSpare);
    throw new OnlyHttp1Error('unexpected', `${address} does not speak HTTP/2`);
  }

  async function dialFirst(): Promise<Socket> {
    if (spare !== null) return takeSpare(spare);
    try {
      return await dialOne(['http/1.1']);
    } catch (error) {
      // Whoever answers next may speak HTTP/2: agree anew.
      if (endpoint.tls) http1 = false;
      throw error;
    }
  }

  /** The connection on which HTTP/1.1 was agreed. */
  function takeSpare(socket: Socket): Socket {
    dropSpare();
    return socket.off('error', dropSpare).off('close', dropSpare);
  }

  function dropSpare(): void {
    spare = null;
  }

  async function request(ask: TransportAsk): Promise<TransportResponse> {
    if (http1) return first.request(ask);
    try {
      return await second.request(ask);
    } catch (error) {
      if (!(error instanceof OnlyHttp1Error)) throw error;
      http1 = true;
      return first.request(ask);
    }
  }

  return {
    request,
    get protocol() {
      return http1 ? 'http/1.1' : 'h2';
    },
    renew() {
      second.renew();
      first.renew();
    },
    get streams() {
      return first.streams + second.streams;
    },
    waitingFor: (limitMs) => dialling?.waitingFor(limitMs) ?? null,
    destroy(failure) {
      spare?.destroy();
      second.destroy(failure);
      first.destroy(failure);
    },
  };
}

/** HTTP/2 was offered, and the server chose another protocol. */
class OnlyHttp1Error extends TransportError {}
