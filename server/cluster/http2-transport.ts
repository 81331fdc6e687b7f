import type { Socket } from 'node:net';
import { abortable } from './abortable.ts';
import type { ConnectLimits } from './connect-limits.ts';
import { openSession, type ApiSession } from './http2-session.ts';
import { askSession } from './http2-stream.ts';
import { singleFlight } from './single-flight.ts';
import type { TransportAsk } from './transport-ask.ts';
import { TransportError, type TransportResponse } from './transport.ts';

/** HTTP/2 sessions to one server with one set of credentials. */
export interface Http2Transport {
  request(ask: TransportAsk): Promise<TransportResponse>;
  /** New requests take new sessions; the present ones end with their last stream. */
  renew(): void;
  /** Streams that are open now. */
  readonly streams: number;
  destroy(failure: TransportError): void;
}

/** With what it is made: `dial` gives a socket on which HTTP/2 was agreed, or rejects with a `TransportError`. */
export interface Http2Options {
  address: string;
  dial: () => Promise<Socket>;
  clock: () => number;
  limits: ConnectLimits;
}

/** A pool that grows by a session for every 100 streams, asks each for life, and replaces those that go away. */
export function createHttp2Transport(options: Http2Options): Http2Transport {
  const { address, dial, clock, limits } = options;
  const sessions = new Set<ApiSession>();
  const dialling = singleFlight(dialSession);
  let generation = 0;
  let ended: TransportError | null = null;

  async function dialSession(): Promise<ApiSession> {
    const born = generation;
    const socket = await dial();
    const session = await openSession(socket, { address, clock, limits, ended: (gone) => sessions.delete(gone) });
    sessions.add(session);
    if (ended !== null) session.destroy(ended);
    if (born !== generation) session.retire();
    return session;
  }

  /**
   * Asks on a session with a free place. The stream is opened in the same breath in which the place is found, or many
   * would take the last one; so the answer comes as a promise of its own.
   */
  async function send(
    ask: TransportAsk,
  ): Promise<{ session: ApiSession; kept: boolean; answer: Promise<TransportResponse> }> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (ended !== null) throw ended;
      const session = [...sessions].find(({ open }) => open);
      if (session !== undefined) return { session, kept: attempt === 0, answer: askSession(session, ask, address) };
      await abortable(abortable(dialling.run(), ask.deadline), ask.signal);
    }
    throw new TransportError('reset', `${address} ends every connection at once`);
  }

  async function request(ask: TransportAsk): Promise<TransportResponse> {
    const { session, kept, answer } = await send(ask);
    try {
      return await answer;
    } catch (error) {
      // A kept session may have gone away in the moment it was chosen. All requests only read: ask once more on a new one.
      const again = kept && error instanceof TransportError && error.failure === 'reset' && !ask.deadline.aborted;
      if (!again) throw error;
      session.retire();
      return (await send(ask)).answer;
    }
  }

  return {
    request,
    renew() {
      generation += 1;
      dialling.forget();
      for (const session of sessions) session.retire();
    },
    get streams() {
      return [...sessions].reduce((sum, session) => sum + session.streams, 0);
    },
    destroy(failure) {
      ended = failure;
      for (const session of sessions) session.destroy(failure);
    },
  };
}
