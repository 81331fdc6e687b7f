import { expect, test } from 'vitest';

import { timeTicks } from '#web/parts/time-ticks.ts';

const hour = 3_600_000;
const day = 24 * hour;
const zone = 'Europe/Amsterdam';
const labels = (from: number, to: number, most: number, timeZone = zone) =>
  timeTicks(from, to, timeZone, most).map(({ label }) => label);

test('a day has whole hours of the owner’s clock, as many as there is room for', () => {
  const to = Date.UTC(2026, 4, 5, 18, 41);
  expect(labels(to - day, to, 7)).toEqual(['00:00', '04:00', '08:00', '12:00', '16:00', '20:00']);
  expect(labels(to - day, to, 4)).toEqual(['00:00', '06:00', '12:00', '18:00']);
});

test('hours stay whole on the day on which summer time begins, and on the day on which it ends', () => {
  const begins = Date.UTC(2026, 2, 29, 12);
  expect(labels(begins - day, begins, 7)).toEqual(['16:00', '20:00', '00:00', '04:00', '08:00', '12:00']);
  const ticks = timeTicks(begins - day, begins, zone, 7).map(({ at }) => at);
  expect(ticks[3]! - ticks[2]!).toBe(3 * hour);
  const ends = Date.UTC(2026, 9, 25, 12);
  expect(labels(ends - day, ends, 7)).toEqual(['16:00', '20:00', '00:00', '04:00', '08:00', '12:00']);
  const after = timeTicks(ends - day, ends, zone, 7).map(({ at }) => at);
  expect(after[3]! - after[2]!).toBe(5 * hour);
});

test('a week has its midnights by name, across the change of clocks', () => {
  const to = Date.UTC(2026, 9, 28, 12);
  const ticks = timeTicks(to - 7 * day, to, zone, 8);
  expect(ticks.map(({ label }) => label)).toEqual(['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']);
  const midnight = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  expect(ticks.map(({ at }) => midnight.format(at))).toEqual(Array.from({ length: 7 }, () => '00:00'));
});

test('30 days have Mondays, two years have months and the names of years', () => {
  const to = Date.UTC(2026, 10, 21, 12);
  expect(labels(to - 30 * day, to, 6)).toEqual(['26 Oct', '2 Nov', '9 Nov', '16 Nov']);
  expect(labels(to - 730 * day, to, 10)).toEqual(['2025', 'Apr', 'Jul', 'Oct', '2026', 'Apr', 'Jul', 'Oct']);
});

test('a zone with quarters of an hour has whole hours too', () => {
  const to = Date.UTC(2026, 4, 5, 18, 41);
  expect(labels(to - day, to, 7, 'Asia/Kathmandu')).toEqual(['04:00', '08:00', '12:00', '16:00', '20:00', '00:00']);
});

test('there are never more than there is room for, whatever the span', () => {
  const to = Date.UTC(2026, 2, 29, 12);
  for (const span of [hour, 6 * hour, day, 7 * day, 30 * day, 730 * day]) {
    for (const most of [2, 3, 5, 8, 12]) {
      const count = timeTicks(to - span, to, zone, most).length;
      expect(count, `${span / hour} h, ${most}`).toBeGreaterThan(0);
      expect(count, `${span / hour} h, ${most}`).toBeLessThanOrEqual(most + 1);
    }
  }
});
