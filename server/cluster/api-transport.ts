import type { Access } from './access.ts';
import { abortable } from './abortable.ts';
import type { ConnectLimits } from './connect-limits.ts';
import { createLanes } from './lanes.ts';
import { openDeadline } from './transport-deadline.ts';
import { TransportError, type Transport, type TransportRequest, type TransportResponse } from './transport.ts';
import type { Presented, WayIn } from './way-in.ts';

/** With what the transport is made. */
export interface ApiTransportOptions {
  access: () => Access;
  clock: () => number;
  limits: ConnectLimits;
}

/** A transport whose way in may change while it lives. */
export interface ApiTransport extends Transport {
  /** Ends all that runs, since it leads elsewhere than new requests. */
  cut(reason: string): void;
}

// HTTP/1.1 shows life by bytes alone, and a quiet watch carries a bookmark once a minute.
const http1StaleMs = 75_000;

/**
 * Requests with our credentials. Streams outlive a change of credentials: what they bring is still true. New requests take
 * the new ones, on connections of their own; after a 401 the credential is renewed once and the request asked once more.
 */
export function createApiTransport({ access, clock, limits }: ApiTransportOptions): ApiTransport {
  const lanes = createLanes({ clock, limits });
  let closed = false;

  async function ask(request: TransportRequest, limitMs: number, again: boolean): Promise<TransportResponse> {
    const { wayIn, credential } = access();
    const { address, pathPrefix } = wayIn.endpoint;
    const deadline = openDeadline(limitMs);
    try {
      deadline.waitFor(() => noCredential(`${credential.fact().from} has not given a credential yet`));
      const presented = await abortable(abortable(credential.present(), deadline.signal), request.signal);
      const lane = lanes.laneFor(wayIn.endpoint, presented.certificate);
      deadline.waitFor((ms) => lane.waitingFor(ms) ?? noAnswer(address, ms));
      const response = await lane.request({
        path: `${pathPrefix}${request.path}`,
        headers: headersOf(request, wayIn, presented),
        signal: request.signal,
        deadline: deadline.signal,
      });
      if (response.status !== 401) return response;
      // What this credential's connections are good for has ended; its streams go on.
      lane.renew();
      deadline.waitFor(() => noCredential(`${address} refused our credentials (401), and new ones have not come yet`));
      if (!again || !(await abortable(credential.refused(presented), deadline.signal))) return response;
    } finally {
      deadline.end();
    }
    deadline.giveUp();
    return ask(request, deadline.leftMs(), false);
  }

  return {
    async request(request) {
      if (closed) throw new TransportError('aborted', 'the connection has been closed');
      try {
        return await ask(request, request.headersTimeoutMs, true);
      } catch (error) {
        if (request.signal.aborted) throw new TransportError('aborted', 'the request was given up');
        throw error;
      }
    },
    get staleAfterMs() {
      const { wayIn } = access();
      return lanes.protocol === 'http/1.1' || !wayIn.endpoint.tls ? http1StaleMs : limits.pingLimitMs;
    },
    cut: (reason) => lanes.destroy(new TransportError('reset', reason)),
    close() {
      closed = true;
      lanes.destroy(new TransportError('aborted', 'the connection has been closed'));
    },
  };
}

function headersOf(
  { headers }: TransportRequest,
  { user }: WayIn,
  { token }: Presented,
): Record<string, string | string[]> {
  return {
    accept: 'application/json',
    // Compression saves nothing in a house's network, and costs both sides.
    'accept-encoding': 'identity',
    'user-agent': 'clusterwall',
    ...headers,
    ...user.impersonation,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
}

function noAnswer(address: string, ms: number): TransportError {
  const seconds = Math.round(ms / 100) / 10;
  return new TransportError('silent', `connected to ${address}, but the request got no answer within ${seconds} s`);
}

function noCredential(message: string): TransportError {
  return new TransportError('no-credentials', message);
}
