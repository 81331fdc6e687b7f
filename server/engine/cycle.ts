import type { FactKind } from '#server/facts/fact.ts';
import type { Schedule } from './schedule.ts';

/** After a judgement the next one for changed facts comes at the earliest this much later. */
const minPauseMs = 100;
/** Expiry and staleness change with no event. */
const tickMs = 1_000;

/** What to judge again: checks of these kinds, or all. */
export type Dirty = ReadonlySet<FactKind> | 'all';

/** When to judge: at once when facts change, then at most every 100 ms, and all of it each second. */
export interface Cycle {
  start(): void;
  stop(): void;
  changed(dirty: Dirty): void;
  /** Judges now. */
  now(dirty: Dirty): void;
}

/** A cycle that calls `judge`, which does not throw. `clock` gives epoch ms. */
export function createCycle(judge: (dirty: Dirty) => void, clock: () => number, schedule: Schedule): Cycle {
  let waiting: Dirty = new Set();
  let lastAt = -Infinity;
  let cancelSoon: (() => void) | null = null;
  let cancelTick: (() => void) | null = null;

  function now(dirty: Dirty): void {
    const all = union(waiting, dirty);
    waiting = new Set();
    cancelSoon?.();
    cancelSoon = null;
    lastAt = clock();
    judge(all);
  }

  return {
    start() {
      cancelTick ??= schedule.every(tickMs, () => now('all'));
      now('all');
    },
    stop() {
      cancelSoon?.();
      cancelTick?.();
      cancelSoon = null;
      cancelTick = null;
    },
    changed(dirty) {
      // Not started, or stopped.
      if (cancelTick === null) return;
      waiting = union(waiting, dirty);
      if (cancelSoon !== null) return;
      const sinceLast = clock() - lastAt;
      // A clock that was set back must not put judging off.
      if (sinceLast >= minPauseMs || sinceLast < 0) now(waiting);
      else cancelSoon = schedule.later(minPauseMs - sinceLast, () => now(waiting));
    },
    now,
  };
}

function union(a: Dirty, b: Dirty): Dirty {
  return a === 'all' || b === 'all' ? 'all' : new Set([...a, ...b]);
}
