import type { Moment } from '#shared/history.ts';

const mostInOne = 100;
const minuteMs = 60_000;

/** Lets at most 100 moments a minute through; how many more there were is told in one of their own. */
export interface MomentGate {
  add(moment: Moment): void;
  /** Tells how many were held back once their minute is over. Called with each judgement; epoch ms. */
  tick(now: number): void;
}

/** A gate into `add`. */
export function createMomentGate(add: (moment: Moment) => void): MomentGate {
  let minute = 0;
  let count = 0;
  let last: Moment | null = null;

  function tick(now: number): void {
    if (Math.floor(now / minuteMs) === minute) return;
    const more = count - mostInOne;
    if (last !== null) add({ at: last.at, kind: last.kind, text: `and ${more} more in that minute` });
    minute = Math.floor(now / minuteMs);
    count = 0;
    last = null;
  }

  return {
    add(moment) {
      count += 1;
      if (count <= mostInOne) add(moment);
      else last = moment;
    },
    tick,
  };
}
