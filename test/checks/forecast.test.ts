import { describe, expect, test } from 'vitest';
import { forecast } from '#server/checks/forecast.ts';
import type { TrendPoint } from '#server/engine/define-check.ts';
import { random } from '#test/engine/random.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

/** A value by the hours since the begin of the window. */
type Course = (hours: number) => number;

/** The averages of five minutes of the last `hours` before noon. */
function pointsOf(course: Course, hours = 6): TrendPoint[] {
  const begin = noon - hours * hour;
  return Array.from({ length: hours * 12 + 1 }, (_, i) => {
    const at = begin + i * 5 * minute;
    const samples = Array.from({ length: 20 }, (__, j) => course((at + j * 15_000 - begin) / hour));
    return { at, value: samples.reduce((sum, value) => sum + value, 0) / samples.length };
  });
}

/** The hours left until 100, rounded to a tenth; null without a forecast. */
function hoursLeft(course: Course, hours = 6): number | null {
  const found = forecast(pointsOf(course, hours), course(hours), 100);
  return found === null ? null : Math.round((found.leftMs / hour) * 10) / 10;
}

describe('what grows steadily', () => {
  test('is full when it gets there if it goes on, and it is told how fast and for how long', () => {
    expect(
      forecast(
        pointsOf((h) => 70 + 2 * h),
        82,
        100,
      ),
    ).toEqual({
      leftMs: expect.closeTo(9 * hour, 0) as number,
      perHour: expect.closeTo(2) as number,
      heldMs: 6 * hour,
    });
  });

  test('is full at once where there is nothing left', () => {
    expect(
      forecast(
        pointsOf((h) => 90 + 2 * h),
        102,
        100,
      )?.leftMs,
    ).toBe(0);
  });

  test('is told with noise on it, and in bursts', () => {
    const next = random(7);
    expect(hoursLeft((h) => 76 + 2 * h + (next(100) - 50) / 100)).toBeCloseTo(6, 0);
    expect(hoursLeft((h) => 76 + Math.floor(2 * h))).toBeCloseTo(6, 0);
  });

  test('is told with teeth of an hour on it: logs that are rotated while others grow', () => {
    expect(hoursLeft((h) => 85 + 0.5 * h + 2 * (h % 1))).toBeCloseTo(24, 0);
  });

  test('is told with hours missing in between', () => {
    const points = pointsOf((h) => 70 + 2 * h).filter(({ at }) => at < noon - 4 * hour || at > noon - 2 * hour);
    expect(forecast(points, 82, 100)?.leftMs).toBeCloseTo(9 * hour, -4);
  });

  test('since an hour ago is told sooner than what the whole time would say', () => {
    expect(hoursLeft((h) => 40 + 15 * Math.max(0, h - 4.75))).toBeCloseTo(2.8, 1);
  });
});

describe('a step', () => {
  test.for([0.5, 1, 2, 3, 4, 5, 5.5, 5.9])('of half the disk after %s hours is no growth', (when) => {
    expect(hoursLeft((h) => (h < when ? 20 : 70))).toBeNull();
    expect(hoursLeft((h) => (h < when ? 45 : 95))).toBeNull();
  });

  test.for([0.5, 1, 2, 3, 4, 5, 5.5])('after %s hours does not change what grows beside it', (when) => {
    expect(hoursLeft((h) => 60 + 2 * h + (h < when ? 0 : 15))).toBe(6.5);
  });

  test('that takes some minutes is one too, and so are two', () => {
    expect(hoursLeft((h) => 40 + 50 * Math.min(1, Math.max(0, (h - 5) * 4)))).toBeNull();
    expect(hoursLeft((h) => 40 + (h < 2 ? 0 : 20) + (h < 4 ? 0 : 20))).toBeNull();
  });
});

describe('a clean-up', () => {
  test.for([1, 2, 3])('%s hours ago leaves what grows, by what came after it', (when) => {
    expect(hoursLeft((h) => 75 + 3 * h - (h < when ? 0 : 15))).toBeCloseTo(7.3, 1);
  });

  test('40 min ago says: wait and see', () => {
    expect(hoursLeft((h) => 75 + 3 * h - (h < 5.3 ? 0 : 15))).toBeNull();
  });
});

describe('what falls back again and again', () => {
  const periods = [0.2, 0.5, 0.7, 1, 1.3, 1.5, 2, 2.5];

  test.for(periods)('every %s hours does not grow, at any moment of it', (period) => {
    for (let phase = 0; phase < period; phase += period / 20) {
      expect(hoursLeft((h) => 85 + 5 * (((h + phase) / period) % 1))).toBeNull();
    }
  });
});

describe('nothing is told', () => {
  test('of what stays, falls, or stands still after it grew', () => {
    expect(hoursLeft(() => 80)).toBeNull();
    expect(hoursLeft((h) => 95 - h)).toBeNull();
    expect(hoursLeft((h) => 70 + 5 * Math.min(h, 4))).toBeNull();
  });

  test('of noise, however near the end', () => {
    const next = random(11);
    const slow = Array.from({ length: 13 }, () => next(1000) / 150);
    for (let i = 0; i < 20; i += 1) expect(hoursLeft(() => 90 + (next(1000) - 500) / 100)).toBeNull();
    expect(hoursLeft((h) => 90 + slow[Math.floor(h * 2)]!)).toBeNull();
  });

  test('by less than 30 min, and of half an hour only two hours ahead', () => {
    const short = (minutes: number, course: Course) => pointsOf(course).slice(-minutes / 5 - 1);
    const fast: Course = (h) => 90 + 10 * (h - 6);
    expect(forecast(short(25, fast), 90, 100)).toBeNull();
    expect(forecast(short(30, fast), 90, 100)?.leftMs).toBeCloseTo(hour, -4);
    expect(forecast(short(30, fast), 75, 100)).toBeNull();
    expect(forecast([], 90, 100)).toBeNull();
  });

  test('by two islands with nothing in between', () => {
    const points = pointsOf((h) => 70 + 2 * h).filter(({ at }) => at < noon - 5.5 * hour || at > noon - 0.3 * hour);
    expect(forecast(points, 82, 100)).toBeNull();
  });
});
