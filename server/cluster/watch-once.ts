import { attemptGuard } from './attempt-guard.ts';
import { pathWith, requestHeaders, type ListWatchRequest } from './list-watch-request.ts';
import { TransportError, type TransportResponse } from './transport.ts';
import { trouble, troubleOfAnswer, troubleOfFailure, type Trouble } from './trouble.ts';
import { WatchReader, type WatchListener } from './watch-reader.ts';

/** How a watch ended. */
export interface WatchEnd {
  /** Null if the server ended it in good order. */
  trouble: Trouble | null;
  /** Good lines it brought. */
  lines: number;
  /** How long it was open, ms; 0 if it never was. */
  openMs: number;
  /** True if it ended well before the time that was asked for: the server, or what it gets its data from, begins anew. */
  early: boolean;
}

/**
 * One watch from `version` on ("" = from now); with `initial` the server first tells the whole state and marks its end
 * (WatchList). Resolves when it is over; rejects for a bug only.
 */
export async function watchOnce(
  request: ListWatchRequest,
  version: string,
  initial: boolean,
  listener: WatchListener,
): Promise<WatchEnd> {
  const seconds = secondsOf(request.limits.watchSeconds);
  const reader = new WatchReader(request, listener);
  const guard = attemptGuard(request.stop, request.limits.tickMs, () => reader.overdue());
  let response: TransportResponse | null = null;
  let found: Trouble | null;
  let forget = (): void => undefined;
  try {
    response = await request.transport.request({
      path: watchPath(request, version, initial, seconds),
      headers: requestHeaders,
      signal: guard.signal,
      headersTimeoutMs: request.limits.headersMs,
    });
    if (response.status === 200) {
      reader.open(initial);
      forget = response.onAlive((at) => listener.alive(at));
      found = await reader.read(response.body, guard.signal);
    } else {
      found = await troubleOfAnswer(response, initial);
    }
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    found =
      response?.status === 200
        ? trouble('broken', error.message, 'connection lost')
        : troubleOfFailure(error.failure, error.message);
  } finally {
    forget();
    guard.end();
  }
  const { lines, openMs } = reader;
  return { trouble: guard.cut ?? found, lines, openMs, early: openMs < seconds * 900 };
}

function secondsOf([least, most]: readonly [number, number]): number {
  return Math.max(1, Math.round(least + Math.random() * (most - least)));
}

function watchPath({ kind }: ListWatchRequest, version: string, initial: boolean, seconds: number): string {
  return pathWith(kind, {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(seconds),
    ...(initial && { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
  });
}
