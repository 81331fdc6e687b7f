import { beforeEach, describe, expect, test } from 'vitest';
import { createCycle, type Cycle, type Dirty } from '#server/engine/cycle.ts';
import type { Schedule } from '#server/engine/schedule.ts';
import type { Turn } from '#server/engine/turn.ts';

let now = 0;
let judged: { at: number; dirty: string }[] = [];
let timers: { at: number; every: number | null; run: () => void }[] = [];
let cycle: Cycle;
let pieces = 0;
let pieceMs = 0;

const schedule: Schedule = {
  later: (ms, run) => add({ at: now + ms, every: null, run }),
  every: (ms, run) => add({ at: now + ms, every: ms, run }),
};

function add(timer: (typeof timers)[number]): () => void {
  timers.push(timer);
  return () => {
    timers = timers.filter((each) => each !== timer);
  };
}

/** Lets time pass, with all timers in their order. */
function pass(ms: number): void {
  const until = now + ms;
  for (;;) {
    const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
    if (next === undefined) break;
    now = Math.max(now, next.at);
    if (next.every === null) timers = timers.filter((each) => each !== next);
    else next.at += next.every;
    next.run();
  }
  now = Math.max(now, until);
}

beforeEach(() => {
  now = 10_000;
  judged = [];
  timers = [];
  pieces = 0;
  pieceMs = 0;
  const begin = function* (dirty: Dirty): Turn {
    const at = now;
    for (let i = 0; i < pieces; i += 1) {
      now += pieceMs;
      yield;
    }
    judged.push({ at, dirty: dirty === 'all' ? 'all' : [...dirty].join() });
  };
  // Each look at the stopwatch is 4 ms later: two pieces a slice.
  let looked = 0;
  cycle = createCycle(
    begin,
    () => now,
    schedule,
    () => (looked += 4),
  );
});

describe('the cycle', () => {
  test('judges all at the start and each second', () => {
    cycle.start();
    pass(3_000);
    expect(judged.map(({ at, dirty }) => [at - 10_000, dirty])).toEqual([
      [0, 'all'],
      [1_000, 'all'],
      [2_000, 'all'],
      [3_000, 'all'],
    ]);
  });

  test('judges a change at once, then at most every 100 ms, with all that changed meanwhile', () => {
    cycle.start();
    pass(500);
    judged = [];
    cycle.changed(new Set(['pod']));
    pass(30);
    cycle.changed(new Set(['node']));
    pass(30);
    cycle.changed(new Set(['lease']));
    pass(300);
    expect(judged).toEqual([
      { at: 10_500, dirty: 'pod' },
      { at: 10_600, dirty: 'node,lease' },
    ]);
  });

  test('500 changes a second are judged ten times', () => {
    cycle.start();
    pass(1);
    judged = [];
    for (let i = 0; i < 499; i += 1) {
      cycle.changed(new Set(['node']));
      pass(2);
    }
    expect(judged.length).toBeGreaterThanOrEqual(9);
    expect(judged.length).toBeLessThanOrEqual(11);
  });

  test('a tick takes what waits along', () => {
    cycle.start();
    pass(950);
    cycle.changed(new Set(['node']));
    pass(10);
    cycle.changed(new Set(['pod']));
    judged = [];
    pass(200);
    expect(judged).toEqual([{ at: 11_000, dirty: 'all' }]);
  });

  test('a clock that is set back does not put judging off', () => {
    cycle.start();
    now -= 3_600_000;
    judged = [];
    cycle.changed(new Set(['node']));
    expect(judged).toHaveLength(1);
  });

  test('is still once stopped', () => {
    cycle.start();
    cycle.changed(new Set(['node']));
    cycle.stop();
    judged = [];
    cycle.changed(new Set(['node']));
    pass(5_000);
    expect(judged).toEqual([]);
    expect(timers).toEqual([]);
  });
});

describe('a turn that takes long', () => {
  test('is done in slices, and between them time passes', () => {
    cycle.start();
    pass(500);
    judged = [];
    pieces = 6;
    cycle.changed(new Set(['pod']));
    expect(judged).toEqual([]);
    expect(timers.filter(({ every }) => every === null)).toHaveLength(1);
    pass(0);
    expect(judged).toEqual([{ at: 10_500, dirty: 'pod' }]);
  });

  test('ends before the next begins, which takes what changed meanwhile', () => {
    cycle.start();
    pass(500);
    judged = [];
    pieces = 6;
    cycle.changed(new Set(['pod']));
    cycle.changed(new Set(['node']));
    cycle.changed(new Set(['lease']));
    pass(300);
    expect(judged.map(({ dirty }) => dirty)).toEqual(['pod', 'node,lease']);
    expect(judged[1]?.at).toBeGreaterThan(10_599);
  });

  test('that is due while another is under way is not lost', () => {
    cycle.start();
    pass(999);
    judged = [];
    pieces = 20;
    pieceMs = 1;
    cycle.changed(new Set(['pod']));
    pass(10);
    expect(judged).toEqual([]);
    pass(900);
    expect(judged.map(({ dirty }) => dirty)).toEqual(['pod', 'all']);
    // Over 80 ms by the stopwatch: the next turn comes three times as much later.
    expect(judged[1]?.at).toBeGreaterThan(11_239);
  });

  test('makes the next one for changed facts wait, but no longer than a second', () => {
    cycle.start();
    pass(500);
    pieces = 200;
    cycle.changed(new Set(['pod']));
    cycle.changed(new Set(['node']));
    judged = [];
    pass(499);
    expect(judged.map(({ dirty }) => dirty)).toEqual(['pod']);
    pass(1_000);
    expect(judged[1]).toMatchObject({ dirty: 'all' });
  });

  test('is finished first when everything is to be judged now', () => {
    cycle.start();
    pass(500);
    judged = [];
    pieces = 6;
    cycle.changed(new Set(['pod']));
    cycle.now('all');
    expect(judged).toEqual([
      { at: 10_500, dirty: 'pod' },
      { at: 10_500, dirty: 'all' },
    ]);
    pass(0);
    expect(judged).toHaveLength(2);
  });

  test('is left when the cycle is stopped', () => {
    cycle.start();
    judged = [];
    pieces = 6;
    pass(200);
    cycle.changed(new Set(['pod']));
    cycle.stop();
    pass(5_000);
    expect(judged).toEqual([]);
    expect(timers).toEqual([]);
  });
});
