import type { FactKind } from '#server/facts/fact.ts';
import type { Schedule } from './schedule.ts';
import { createSlices } from './slices.ts';
import { drain, type Turn } from './turn.ts';

/** After a judgement the next one for changed facts comes at the earliest this much later. */
const minPauseMs = 100;
/** Or so many times as long as the last turn took: a large cluster in motion takes a third of a core for it at most. */
const pauseFactor = 3;
/** However long that was. */
const maxPauseMs = 1_000;
/** Expiry and staleness change with no event. */
const tickMs = 1_000;

/** What to judge again: checks of these kinds, or all. */
export type Dirty = ReadonlySet<FactKind> | 'all';

/** When to judge: at once when facts change, then at most every 100 ms (seldomer where it takes long), and all of it each second. */
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
  const pace = createPace(clock, stopwatch);
  let cancelSoon: (() => void) | null = null;
  let cancelTick: (() => void) | null = null;

  function take(dirty: Dirty): Turn {
    const all = union(waiting, dirty);
    waiting = new Set();
    cancelSoon?.();
    cancelSoon = null;
    pace.began();
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

  /** A turn has ended: what has changed during it is for the next one. */
  function takeUp(): void {
    pace.ended();
    if (waiting === 'all' || waiting.size > 0) soon();
  }

  function soon(): void {
    cancelSoon ??= schedule.later(pace.pauseMs(), () => inSlices(waiting));
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
      if (cancelSoon === null && pace.pauseMs() === 0) inSlices(waiting);
      else soon();
    },
    now,
  };
}

/** When the next turn for changed facts may begin. */
function createPace(clock: () => number, stopwatch: () => number) {
  let lastAt = -Infinity;
  let begunAt = 0;
  let tookMs = 0;
  return {
    began() {
      lastAt = clock();
      begunAt = stopwatch();
    },
    ended() {
      tookMs = stopwatch() - begunAt;
    },
    pauseMs() {
      const sinceLast = clock() - lastAt;
      const wantedMs = Math.min(maxPauseMs, Math.max(minPauseMs, pauseFactor * tookMs));
      // A clock that was set back must not put judging off.
      return sinceLast < 0 ? 0 : Math.max(0, wantedMs - sinceLast);
    },
  };
}

function union(a: Dirty, b: Dirty): Dirty {
  return a === 'all' || b === 'all' ? 'all' : new Set([...a, ...b]);
}
