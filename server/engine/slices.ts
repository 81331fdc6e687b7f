import type { Schedule } from './schedule.ts';
import { drain, type Turn } from './turn.ts';

/**
 * A turn that takes longer is interrupted, so that sockets and watches are served meanwhile: a quarter of the longest block
 * we allow, since the piece that is under way is not interrupted.
 */
const sliceMs = 5;

/** Does one turn at a time, in slices. */
export interface Slices {
  /** True while a turn is under way. */
  busy(): boolean;
  /** Begins a turn, if none is under way; `done` is called at its end. */
  begin(turn: Turn, done: () => void): void;
  /** Does what is left of the turn at once, and calls nobody. */
  finish(): void;
  /** Leaves what is left of the turn undone. */
  abandon(): void;
}

/** Slices with the pauses of `schedule`; `stopwatch` gives ms since whenever. */
export function createSlices(schedule: Schedule, stopwatch: () => number): Slices {
  let open: { turn: Turn; done: () => void } | null = null;
  let cancel: (() => void) | null = null;

  function slice(): void {
    cancel = null;
    const current = open;
    if (current === null) return;
    const until = stopwatch() + sliceMs;
    do {
      if (current.turn.next().done !== true) continue;
      open = null;
      current.done();
      return;
    } while (stopwatch() < until);
    cancel = schedule.later(0, slice);
  }

  function abandon(): void {
    cancel?.();
    cancel = null;
    open = null;
  }

  return {
    busy: () => open !== null,
    begin(turn, done) {
      if (open !== null) return;
      open = { turn, done };
      slice();
    },
    finish() {
      const current = open;
      abandon();
      if (current !== null) drain(current.turn);
    },
    abandon,
  };
}

/** Does all of a turn in slices of its own, apart from judging; rejects if it throws. */
export function untilDone<T>(turn: Turn<T>, schedule: Schedule): Promise<T> {
  return new Promise((resolve, reject) => {
    function slice(): void {
      const until = performance.now() + sliceMs;
      try {
        do {
          const step = turn.next();
          if (step.done === true) return resolve(step.value);
        } while (performance.now() < until);
      } catch (error) {
        return reject(error instanceof Error ? error : new Error(String(error)));
      }
      schedule.later(0, slice);
    }
    slice();
  });
}
