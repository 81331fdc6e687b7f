import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatAt,
  formatBytes,
  formatClock,
  formatDay,
  formatDuration,
  formatPercent,
} from '#shared/format.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [999, '0 s'],
  [89 * second, '89 s'],
  [90 * second, '1 min'],
  [89 * minute, '89 min'],
  [90 * minute, '1 h'],
  [47 * hour, '47 h'],
  [48 * hour, '2 days'],
  [400 * day, '400 days'],
])('an age of %i ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test.each([
  [0.4, '0 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1_000, '1 s'],
  [1_440, '1.4 s'],
  [9_960, '10 s'],
  [10_000, '10 s'],
  [120_000, '2 min'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [-1, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_500, '1.5 kB'],
  [32_000_000, '32 MB'],
  [999_600_000, '1 GB'],
  [1_900_000_000, '1.9 GB'],
  [9_960_000_000, '10 GB'],
  [5e18, '5 EB'],
  [2 ** 63, '9.2 EB'],
  [Number.MAX_VALUE, 'over 999 EB'],
  [Infinity, 'over 999 EB'],
  [-3e9, '0 B'],
  [Number.NaN, '?'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 %'],
  [61.4, '61 %'],
  [99, '99 %'],
  [99.5, '99.5 %'],
  [99.999, '99.99 %'],
  [100, '100 %'],
])('%d percent are %s', (percent, text) => {
  expect(formatPercent(percent)).toBe(text);
});

describe('a moment', () => {
  const now = Date.UTC(2026, 3, 15, 20, 41);

  test('of today is a time of day, in the zone of the wall', () => {
    expect(formatAt(Date.UTC(2026, 3, 15, 20, 35), now, 'UTC')).toBe('20:35');
    expect(formatAt(Date.UTC(2026, 3, 15, 20, 35), now, 'Europe/Amsterdam')).toBe('22:35');
    expect(formatClock(now, 'Europe/Amsterdam')).toBe('22:41');
  });

  test('of another day of the zone has its weekday, though it may be the same day elsewhere', () => {
    expect(formatAt(Date.UTC(2026, 3, 14, 23, 0), now, 'UTC')).toBe('Tue 23:00');
    expect(formatAt(Date.UTC(2026, 3, 14, 23, 0), now, 'Europe/Amsterdam')).toBe('01:00');
  });

  test('further away has its date, and its year if it is another one', () => {
    expect(formatAt(Date.UTC(2026, 3, 5, 20, 35), now, 'UTC')).toBe('5 Apr 20:35');
    expect(formatAt(Date.UTC(2025, 10, 5, 20, 35), now, 'UTC')).toBe('5 Nov 2025');
    expect(formatAt(Date.UTC(2026, 11, 24), now, 'UTC')).toBe('24 Dec 00:00');
  });

  test('at midnight is 00:00', () => {
    expect(formatClock(Date.UTC(2026, 3, 15), 'UTC')).toBe('00:00');
  });
});

test.each([
  [Date.UTC(2026, 3, 5, 14), '5 April'],
  [Date.UTC(2027, 3, 5, 14), '5 April 2027'],
  // Half past midnight in Amsterdam is the day before in UTC.
  [Date.UTC(2026, 3, 4, 22, 30), '5 April'],
  [1e300, '?'],
  [NaN, '?'],
])('the day of %d is %s', (at, text) => {
  expect(formatDay(at, Date.UTC(2026, 0, 1, 12), 'Europe/Amsterdam')).toBe(text);
});
