import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { ConnectLimits } from './connect-limits.ts';
import { lifeSigns, type LifeSigns } from './life-signs.ts';
import { asTransportError } from './transport-failure.ts';
import { TransportError } from './transport.ts';

// What API servers allow. Node would queue the next stream without a word.
const mostStreams = 100;
// A stream that is read fast gets so much ahead of its reader; 64 kB, the default, holds up a first sync over Wi-Fi.
const windowBytes = 256 * 1024;

/** One HTTP/2 connection that is asked for life again and again. */
export interface ApiSession {
  /** True while it takes new requests. */
  readonly open: boolean;
  readonly streams: number;
  readonly life: LifeSigns;
  /** Why it ended, null while it lives or if it ended well. */
  readonly failure: TransportError | null;
  /** Takes a place at once. */
  request(headers: OutgoingHttpHeaders): ClientHttp2Stream;
  /** No new requests; ends when its last stream has. */
  retire(): void;
  destroy(failure: TransportError): void;
}

/** With what sessions are made. `ended` is called once. */
export interface SessionOptions {
  address: string;
  clock: () => number;
  limits: ConnectLimits;
  ended: (session: ApiSession) => void;
}

/** Speaks HTTP/2 on a connected socket; resolves when the server has shown that it does so too. Rejects with a `TransportError`. */
export function openSession(socket: Socket, options: SessionOptions): Promise<ApiSession> {
  const { address, clock, limits, ended } = options;
  const h2 = connect(`http://${address}`, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: windowBytes },
  });
  const close = h2.close.bind(h2);
  // On GOAWAY Node closes the session, and on a closed one it cancels every PING, while streams may live on for an hour.
  h2.close = () => undefined;
  const life = lifeSigns(clock);
  let failure: TransportError | null = null;
  let streams = 0;
  let retired = false;

  const session: ApiSession = {
    get open() {
      return !retired && !h2.destroyed && streams < Math.min(mostStreams, peerLimit(h2));
    },
    get streams() {
      return streams;
    },
    life,
    get failure() {
      return failure;
    },
    request(headers) {
      const stream = h2.request(headers, { endStream: true });
      streams += 1;
      stream.once('close', () => {
        streams -= 1;
        if (retired && streams === 0) close();
      });
      return stream;
    },
    retire() {
      retired = true;
      if (streams === 0 && !h2.closed) close();
    },
    destroy(reason) {
      failure ??= reason;
      h2.destroy(reason);
    },
  };

  h2.on('goaway', () => session.retire());
  h2.on('error', (error) => (failure ??= asTransportError(error, address)));
  const stopPings = keepAsking(h2, session, limits, address);
  h2.once('close', () => {
    stopPings();
    life.end();
    ended(session);
  });
  return whenItSpeaks(h2, session, limits, address);
}

function whenItSpeaks(
  h2: ClientHttp2Session,
  session: ApiSession,
  { dialMs }: ConnectLimits,
  address: string,
): Promise<ApiSession> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      session.destroy(new TransportError('silent', `connected to ${address}, but HTTP/2 got no answer`));
    }, dialMs);
    limit.unref();
    h2.once('remoteSettings', () => {
      clearTimeout(limit);
      session.life.show();
      resolve(session);
    });
    h2.once('close', () => {
      clearTimeout(limit);
      reject(session.failure ?? new TransportError('reset', `${address} closed the connection at once`));
    });
  });
}

/** Sends a PING every few seconds; one that stays unanswered ends the session and all its streams. */
function keepAsking(h2: ClientHttp2Session, session: ApiSession, limits: ConnectLimits, address: string): () => void {
  let limit: NodeJS.Timeout | null = null;
  const give = () => {
    const seconds = Math.round(limits.pingLimitMs / 1_000);
    session.destroy(new TransportError('silent', `${address} has not answered a PING for ${seconds} s`));
  };
  const ask = () => {
    if (limit !== null || h2.destroyed || h2.connecting) return;
    const answered = h2.ping((error) => {
      if (error !== null) return;
      if (limit !== null) clearTimeout(limit);
      limit = null;
      session.life.show();
    });
    if (!answered) return;
    // After a pause of ours (a suspended machine) the timer fires before the answers that lie waiting are read.
    limit = setTimeout(() => setImmediate(() => limit !== null && give()), limits.pingLimitMs);
    limit.unref();
  };
  const every = setInterval(ask, limits.pingEveryMs);
  every.unref();
  return () => {
    clearInterval(every);
    if (limit !== null) clearTimeout(limit);
    limit = null;
  };
}

function peerLimit({ remoteSettings }: ClientHttp2Session): number {
  return remoteSettings?.maxConcurrentStreams ?? mostStreams;
}
