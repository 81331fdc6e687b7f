import { beforeEach, describe, expect, test } from 'vitest';
import { createClockDifference, type ClockDifference } from '#server/probes/clock-difference.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';

/** Our clock, which can be set, and the time that passes whatever it says. */
let clock: number;
let passed: number;
let difference: ClockDifference;

beforeEach(() => {
  clock = noon;
  passed = 0;
  difference = createClockDifference(
    () => clock,
    () => passed,
  );
});

function pass(ms: number): void {
  clock += ms;
  passed += ms;
}

/** An answer of a server whose clock is so much ahead: its header has whole seconds only. */
function answer(aheadMs: number, tookMs = 20): void {
  const askedAt = clock;
  const writtenAt = askedAt + tookMs / 2 + aheadMs;
  pass(tookMs);
  difference.add(new Date(Math.floor(writtenAt / second) * second).toUTCString(), askedAt, tookMs);
}

describe('how far the clock of the API is from ours', () => {
  test('is not known before there is an answer with a date', () => {
    expect(difference.aheadMs()).toBeNull();
    for (const odd of [undefined, '', 'yesterday', 'x'.repeat(1_000)]) difference.add(odd, noon, 10);
    expect(difference.aheadMs()).toBeNull();
  });

  test.for([0, 300, 999, -7 * hour, 7 * hour, 42 * second, 61_400])('is known within a second: %i ms', (ahead) => {
    for (let i = 0; i < 7; i += 1) {
      answer(ahead);
      pass(3_137);
    }
    const told = difference.aheadMs()!;
    expect(Math.abs(told - ahead)).toBeLessThanOrEqual(second);
    expect(Math.abs(told % second)).toBe(0);
  });

  test('takes half of what an answer took away: a slow one is no clock that is off', () => {
    answer(0, 8 * second);
    expect(Math.abs(difference.aheadMs()!)).toBeLessThanOrEqual(second);
  });

  test('is a median: one that was held up on its way back alone does not move it', () => {
    for (const held of [0, 0, 9 * second, 0, 0]) {
      const at = clock;
      pass(20 + held);
      difference.add(new Date(at).toUTCString(), at, 20 + held);
      pass(3 * second);
    }
    expect(Math.abs(difference.aheadMs()!)).toBeLessThanOrEqual(second);
  });

  test('is the one told before while it moves by less than 2 s, and another when a clock is set', () => {
    const told = new Set<number | null>();
    for (let i = 0; i < 60; i += 1) {
      answer(90 * second + i * 17);
      told.add(difference.aheadMs());
      pass(2_713);
    }
    expect(told.size).toBe(1);
    for (let i = 0; i < 5; i += 1) answer(0);
    expect(Math.abs(difference.aheadMs()!)).toBeLessThanOrEqual(second);
  });

  test('is forgotten when our own clock is set, or when we slept, until the next answer', () => {
    answer(0);
    clock += 7 * hour;
    expect(difference.aheadMs()).toBeNull();
    answer(-7 * hour);
    expect(difference.aheadMs()! + 7 * hour).toBeLessThanOrEqual(second);
    expect(difference.aheadMs()! + 7 * hour).toBeGreaterThanOrEqual(-second);
    pass(minute);
    expect(difference.aheadMs(), 'time that passes is no clock that is set').not.toBeNull();
  });

  test('of another server is another', () => {
    answer(hour);
    difference.forget();
    expect(difference.aheadMs()).toBeNull();
  });
});
