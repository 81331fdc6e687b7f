import { trouble, type Trouble } from './trouble.ts';

/** Holds one attempt to list or watch to its limits: cuts it when they are passed, or when all is stopped. */
export interface AttemptGuard {
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** Why it was cut, null as long as it was not. */
  readonly cut: Trouble | null;
  /** To be called however the attempt ended: closes the stream if it is still open, and clears the timer. */
  end(): void;
}

/** A guard that asks `overdue` every `tickMs` whether there is a reason to cut the attempt. */
export function attemptGuard(stop: AbortSignal, tickMs: number, overdue: () => Trouble | null): AttemptGuard {
  const controller = new AbortController();
  let cut: Trouble | null = null;

  function cutFor(because: Trouble): void {
    cut ??= because;
    controller.abort();
  }
  const stopped = (): void => cutFor(trouble('stopped', 'stopped', 'stopped'));
  const timer = setInterval(() => {
    const because = overdue();
    if (because !== null) cutFor(because);
  }, tickMs).unref();
  stop.addEventListener('abort', stopped, { once: true });
  if (stop.aborted) stopped();

  return {
    signal: controller.signal,
    get cut() {
      return cut;
    },
    end() {
      clearInterval(timer);
      stop.removeEventListener('abort', stopped);
      controller.abort();
    },
  };
}
