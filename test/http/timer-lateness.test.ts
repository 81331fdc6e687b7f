import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { measureLateness, type TimerLateness } from '#server/http/timer-lateness.ts';

let now: number;
let lateness: TimerLateness;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  now = 7_300;
  lateness = measureLateness(() => now);
});

afterEach(() => {
  lateness.stop();
  vi.useRealTimers();
});

/** Time in which each timer comes when it should. */
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += 500) {
    now += 500;
    vi.advanceTimersByTime(500);
  }
}

/** Time in which no timer comes. */
function block(ms: number): void {
  now += ms;
}

test('nothing is late while timers come when they should', () => {
  pass(60_000);
  expect(lateness.longestMs()).toBe(0);
});

test('the longest lateness is told for a minute, however often it is asked for', () => {
  block(250);
  pass(500);
  block(40);
  pass(500);
  expect([lateness.longestMs(), lateness.longestMs()]).toEqual([250, 250]);
  pass(59_000);
  expect(lateness.longestMs()).toBe(250);
  pass(16_000);
  expect(lateness.longestMs()).toBe(0);
});

test('a block longer than all that is remembered is told too', () => {
  block(200_000);
  pass(500);
  expect(lateness.longestMs()).toBe(200_000);
});
