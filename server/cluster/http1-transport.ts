import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { lifeSigns } from './life-signs.ts';
import { onGivenUp, plainHeaders, type TransportAsk } from './transport-ask.ts';
import { asTransportError } from './transport-failure.ts';
import { TransportError, type TransportResponse } from './transport.ts';

/** HTTP/1.1 to one server with one set of credentials: `kubectl proxy`, and servers behind an old proxy. */
export interface Http1Transport {
  request(ask: TransportAsk): Promise<TransportResponse>;
  /** New requests take new connections. */
  renew(): void;
  readonly streams: number;
  destroy(failure: TransportError): void;
}

/** With what it is made: `dial` gives a socket on which HTTP/1.1 is spoken, or rejects with a `TransportError`. */
export interface Http1Options {
  address: string;
  dial: () => Promise<Socket>;
  clock: () => number;
}

/** One connection for every request at a time, kept for the next; bytes are the only sign of life. */
export function createHttp1Transport({ address, dial, clock }: Http1Options): Http1Transport {
  let agent = diallingAgent(dial);
  let ended: TransportError | null = null;
  const running = new Set<ClientRequest>();

  function send(ask: TransportAsk): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      const outgoing = httpRequest({ agent, path: ask.path, headers: { host: address, ...ask.headers } });
      let givenUp: TransportError | null = null;
      const why = (error: unknown) => givenUp ?? ended ?? withKept(asTransportError(error, address), outgoing);
      const forget = onGivenUp(ask, (reason) => {
        givenUp = reason;
        outgoing.destroy();
        reject(reason);
      });
      running.add(outgoing);
      outgoing.on('error', (error) => reject(why(error)));
      outgoing.once('close', () => {
        running.delete(outgoing);
        forget();
        reject(why(new TransportError('reset', `${address} closed the connection without an answer`)));
      });
      outgoing.once('response', (incoming) => resolve(responseOf(incoming, why, clock)));
      outgoing.end();
    });
  }

  async function request(ask: TransportAsk): Promise<TransportResponse> {
    try {
      return await send(ask);
    } catch (error) {
      // The server may have closed a kept connection in the moment it was chosen. All requests only read: ask once more.
      if (!(error instanceof KeptConnectionError) || ask.deadline.aborted) throw error;
      return send(ask);
    }
  }

  return {
    request,
    renew() {
      // Its sockets in use are closed when their requests end, since a keep-alive agent without a future keeps none.
      agent.maxFreeSockets = 0;
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
      agent = diallingAgent(dial);
    },
    get streams() {
      return running.size;
    },
    destroy(failure) {
      ended = failure;
      for (const outgoing of running) outgoing.destroy(failure);
      agent.destroy();
    },
  };
}

/** A kept connection broke off before the answer. */
class KeptConnectionError extends TransportError {}

function withKept(error: TransportError, { reusedSocket }: ClientRequest): TransportError {
  return reusedSocket && error.failure === 'reset' ? new KeptConnectionError(error.failure, error.message) : error;
}

/** An agent that gets its sockets from us: plain or TLS makes no difference to it. */
function diallingAgent(dial: () => Promise<Socket>): Agent {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2, scheduling: 'lifo' });
  agent.createConnection = (_, callback) => {
    dial().then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

function responseOf(
  incoming: IncomingMessage,
  why: (error: unknown) => TransportError,
  clock: () => number,
): TransportResponse {
  const life = lifeSigns(clock);
  // Also keeps an error that comes while nobody reads from being thrown.
  incoming.on('error', () => life.end());
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of incoming) {
        life.show();
        yield chunk as Uint8Array;
      }
    } catch (error) {
      throw why(error);
    } finally {
      life.end();
      incoming.destroy();
    }
  }
  return {
    status: incoming.statusCode ?? 0,
    headers: plainHeaders(incoming.headers),
    body: body(),
    onAlive: (listener) => life.listen(listener),
  };
}
