import type { Socket } from 'node:net';
import type { ConnectLimits } from './connect-limits.ts';
import { protocolOf } from './dial.ts';
import { createDialler } from './dialler.ts';
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
  const dialler = createDialler(endpoint, secureContext(endpoint, certificate), limits.dialMs);
  const second = createHttp2Transport({ address, clock, limits, dial: dialSecond });
  const first = createHttp1Transport({ address, clock, dial: dialFirst });
  let http1 = !endpoint.tls;

  async function dialSecond(): Promise<Socket> {
    const socket = await dialler.dial(['h2', 'http/1.1']);
    if (protocolOf(socket) === 'h2') return socket;
    dialler.putAside(socket);
    throw new OnlyHttp1Error('unexpected', `${address} does not speak HTTP/2`);
  }

  async function dialFirst(): Promise<Socket> {
    try {
      return dialler.take() ?? (await dialler.dial(['http/1.1']));
    } catch (error) {
      // Whoever answers next may speak HTTP/2: agree anew.
      http1 = !endpoint.tls;
      throw error;
    }
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
    waitingFor: dialler.waitingFor,
    destroy(failure) {
      dialler.close();
      second.destroy(failure);
      first.destroy(failure);
    },
  };
}

/** HTTP/2 was offered, and the server chose another protocol. */
class OnlyHttp1Error extends TransportError {}
