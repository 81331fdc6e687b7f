import type { FactKind } from '#server/facts/fact.ts';
import type { Schedule } from './schedule.ts';
import { createSlices } from './slices.ts';
import { drain, type Turn } from './turn.ts';

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
  /** Judges now, in one go. */
  now(dirty: Dirty): void;
}

/**
 * A cycle whose turns `begin`; they do not throw. One turn ends before the next begins, and what changes meanwhile is for
 * the next. `clock` gives epoch ms, `stopwatch` ms since whenever.
 */
export function createCycle(
  begin: (dirty: Dirty) => Turn,
  clock: () => number,
  schedule: Schedule,
  stopwatch: () => number = () => performance.now(),
): Cycle {
  const slices = createSlices(schedule, stopwatch);
  let waiting: Dirty = new Set();
  let lastAt = -Infinity;
  let cancelSoon: (() => void) | null = null;
  let cancelTick: (() => void) | null = null;

  function take(dirty: Dirty): Turn {
    const all = union(waiting, dirty);
    waiting = new Set();
    cancelSoon?.();
    cancelSoon = null;
    lastAt = clock();
    return begin(all);
  }

  function now(dirty: Dirty): void {
    slices.finish();
    drain(take(dirty));
  }

  function inSlices(dirty: Dirty): void {
    if (slices.busy()) waiting = union(waiting, dirty);
    else slices.begin(take(dirty), takeUp);
  }

  /** What has changed during a turn is for the next one. */
  function takeUp(): void {
    if (waiting === 'all' || waiting.size > 0) soon();
  }

  function pauseMs(): number {
    const sinceLast = clock() - lastAt;
    // A clock that was set back must not put judging off.
    return sinceLast < 0 ? 0 : Math.max(0, minPauseMs - sinceLast);
  }

  function soon(): void {
    cancelSoon ??= schedule.later(pauseMs(), () => inSlices(waiting));
  }

  return {
    start() {
      cancelTick ??= schedule.every(tickMs, () => inSlices('all'));
      now('all');
    },
    stop() {
      slices.abandon();
      cancelSoon?.();
      cancelTick?.();
      cancelSoon = null;
      cancelTick = null;
    },
    changed(dirty) {
      // Not started, or stopped.
      if (cancelTick === null) return;
      waiting = union(waiting, dirty);
      if (slices.busy()) return;
      if (cancelSoon === null && pauseMs() === 0) inSlices(waiting);
      else soon();
    },
    now,
  };
}

function union(a: Dirty, b: Dirty): Dirty {
  return a === 'all' || b === 'all' ? 'all' : new Set([...a, ...b]);
}
