import type { ReadinessGate } from './readiness-gate.ts';

/** Resolves after `ms`, or at once when the signal aborts. Never rejects; does not keep the process alive. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal.addEventListener('abort', done, { once: true });
  });
}

/** What may end a pause before its time. */
export interface PauseEnds {
  stop: AbortSignal;
  gate: ReadinessGate;
  /** How often to look, ms. */
  tickMs: number;
  /** True once somebody wants it over. */
  hurried(): boolean;
}

/**
 * Waits `ms`: `over`. Ends `sooner` when stopped, hurried, when the API is well again, or when the gate has been closed
 * meanwhile: then the wait goes on at the gate, and what failed before it closed does not count.
 */
export async function pause(ms: number, { stop, gate, tickMs, hurried }: PauseEnds): Promise<'over' | 'sooner'> {
  const { eases } = gate;
  const until = performance.now() + ms;
  for (let left = ms; left > 0; left = until - performance.now()) {
    await sleep(Math.min(left, tickMs), stop);
    if (stop.aborted || !gate.open || gate.eases !== eases || hurried()) return 'sooner';
  }
  return 'over';
}
