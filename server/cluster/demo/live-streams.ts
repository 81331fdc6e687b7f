import { TransportError, type TransportFailure } from '../transport.ts';
import type { ByteStream } from './byte-stream.ts';
import type { DemoDoor } from './demo-door.ts';
import type { Schedule } from './schedule.ts';

/** How often the connection is asked whether it lives, and how long it may owe the answer, as over HTTP/2. */
const PING_EVERY_MS = 5000;
export const PING_DEADLINE_MS = 15_000;

/** The streams that are open on the demo's one connection. */
export interface LiveStreams {
  /** Adds a stream. Returns what its response offers as `onAlive`: told at once, then with every answered PING. */
  add(stream: ByteStream): (listener: (at: number) => void) => () => void;
  /** Breaks all off. */
  fail(failure: TransportFailure, message: string): void;
}

/** `onLost` is called when the connection is found dead. */
export function createLiveStreams(
  schedule: Schedule,
  door: DemoDoor,
  address: string,
  onLost: () => void,
): LiveStreams {
  const streams = new Map<ByteStream, Set<(at: number) => void>>();
  let endPing: (() => void) | null = null;
  let aliveAt = schedule.now();

  function ping(): void {
    const now = schedule.now();
    if (!door.faults.silent) {
      aliveAt = now;
      for (const listeners of streams.values()) for (const listener of listeners) listener(now);
    } else if (now - aliveAt >= PING_DEADLINE_MS) {
      onLost();
      fail('silent', `${address} has not answered a PING for ${PING_DEADLINE_MS / 1000} s`);
    }
  }

  function fail(failure: TransportFailure, message: string): void {
    for (const stream of [...streams.keys()]) stream.fail(new TransportError(failure, message));
  }

  function remove(stream: ByteStream): void {
    streams.delete(stream);
    if (streams.size > 0) return;
    endPing?.();
    endPing = null;
  }

  door.onChange(() => {
    for (const stream of streams.keys()) stream.hold(door.faults.silent);
  });

  return {
    fail,
    add(stream) {
      const listeners = new Set<(at: number) => void>();
      aliveAt = schedule.now();
      streams.set(stream, listeners);
      endPing ??= schedule.every(PING_EVERY_MS, PING_EVERY_MS, ping);
      stream.onOver(() => remove(stream));
      return (listener) => {
        listeners.add(listener);
        listener(aliveAt);
        return () => listeners.delete(listener);
      };
    },
  };
}
