import { TransportError } from './transport.ts';

/** The limit of one request until its headers have come, over all that it waits for meanwhile. */
export interface Deadline {
  /** Aborts with a `TransportError` that says what was waited for. */
  readonly signal: AbortSignal;
  /** From now on this is what is waited for. */
  waitFor(what: (limitMs: number) => TransportError): void;
  /** The headers have come: it does not run out any more. */
  end(): void;
  /** Nobody wants the answer: its stream is closed unread. */
  giveUp(): void;
  /** What is left, ms. */
  leftMs(): number;
}

/** A deadline that runs from now. */
export function openDeadline(limitMs: number): Deadline {
  const controller = new AbortController();
  const openedAt = performance.now();
  let waiting: ((limitMs: number) => TransportError) | null = null;
  const timer = setTimeout(() => controller.abort(waiting?.(limitMs)), limitMs);
  timer.unref();
  return {
    signal: controller.signal,
    waitFor: (what) => (waiting = what),
    end: () => clearTimeout(timer),
    giveUp: () => controller.abort(new TransportError('aborted', 'the answer is not wanted any more')),
    leftMs: () => Math.max(1, limitMs - (performance.now() - openedAt)),
  };
}
