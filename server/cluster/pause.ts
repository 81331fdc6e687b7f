import { reopenedSince } from './gate-watcher.ts';
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
 * Waits `ms`. Waits on while the gate is closed, and is over as soon as that opens again: `sooner`, as when hurried or
 * stopped. `over` if the time has passed.
 */
export async function pause(ms: number, { stop, gate, tickMs, hurried }: PauseEnds): Promise<'over' | 'sooner'> {
  const until = performance.now() + ms;
  const reopened = reopenedSince(gate);
  for (let left = ms; left > 0; left = until - performance.now()) {
    await sleep(Math.min(left, tickMs), stop);
    if (stop.aborted || reopened() || hurried()) return 'sooner';
    if (gate.open) continue;
    await gate.whenOpen(stop);
    return 'sooner';
  }
  return 'over';
}
