import { describe, expect, it } from 'vitest';
import { cronTimes } from '#server/checks/cron-times.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);

describe('the times of a cron expression', () => {
  it('are the ones before and after, in UTC where no zone is said', () => {
    const times = cronTimes('0 2 * * *');
    expect(times.nextAt(at('2026-11-22T12:00Z'))).toBe(at('2026-11-23T02:00Z'));
    expect(times.previousAt(at('2026-11-22T12:00Z'))).toBe(at('2026-11-22T02:00Z'));
    expect(times.intervalMs).toBe(day);
  });

  it('count a time that is just now as before', () => {
    const times = cronTimes('0 2 * * *');
    expect(times.previousAt(at('2026-11-22T02:00Z'))).toBe(at('2026-11-22T02:00Z'));
    expect(times.nextAt(at('2026-11-22T02:00Z'))).toBe(at('2026-11-23T02:00Z'));
    expect(times.previousAt(at('2026-11-22T01:59:59.999Z'))).toBe(at('2026-11-21T02:00Z'));
  });

  it('are of the zone, by name or in front of the expression', () => {
    const noon = at('2026-07-01T12:00Z');
    for (const times of [cronTimes('0 2 * * *', 'Europe/Amsterdam'), cronTimes('CRON_TZ=Europe/Amsterdam 0 2 * * *')]) {
      expect(times.nextAt(noon)).toBe(at('2026-07-02T00:00Z'));
      expect(times.previousAt(noon)).toBe(at('2026-07-01T00:00Z'));
    }
    expect(cronTimes('TZ=America/New_York 0 2 * * *').nextAt(noon)).toBe(at('2026-07-02T06:00Z'));
  });

  it('give an interval that does not change as clocks are put forward or back', () => {
    expect(cronTimes('30 2 * * *', 'Europe/Amsterdam').intervalMs).toBe(day);
    const times = cronTimes('30 2 * * *', 'Europe/Amsterdam');
    // The night in which 02:30 is not: it runs all the same, and so each day has one.
    const runs = [27, 28, 29, 30].map((date) => times.nextAt(at(`2026-03-${date}T12:00Z`)) ?? 0);
    expect(runs.map((run, i) => run - (runs[i - 1] ?? run) <= 25 * hour)).toEqual([true, true, true, true]);
    expect(new Set(runs).size).toBe(4);
  });

  it.each([
    ['0 22 * * 1-5', 3 * day],
    ['*/5 8-18 * * *', 13 * hour + 5 * minute],
    ['0 */6 * * *', 6 * hour],
    ['*/10 * * * *', 10 * minute],
    ['1/30 * * * *', 30 * minute],
    ['0 3 * * 0', 7 * day],
    ['0 0 1 * *', 31 * day],
    ['0 0 1,15 * *', 17 * day],
    ['@hourly', hour],
    ['@daily', day],
    ['@weekly', 7 * day],
    ['@yearly', 365 * day],
    ['@every 6h', 6 * hour],
    ['@every 1h30m', 90 * minute],
    ['@daily-random', day],
    ['@weekly-random', 7 * day],
  ])('%s comes at least once in its longest gap', (cron, interval) => {
    expect(cronTimes(cron).intervalMs).toBe(interval);
  });

  it('are a period away where nobody knows when in it', () => {
    const noon = at('2026-11-22T12:00Z');
    expect(cronTimes('@every 6h').nextAt(noon)).toBe(noon + 6 * hour);
    expect(cronTimes('@daily-random').previousAt(noon)).toBe(noon - day);
  });

  it.each([
    '',
    'x',
    '* * * *',
    '0 0 * * * * *',
    '61 * * * *',
    '@sometimes',
    '@every',
    '@every 0s',
    '@every 6 hours',
    '@-random',
    '@hourlyrandom',
    'CRON_TZ=Mars/Phobos 0 2 * * *',
    '0 '.repeat(1_000),
  ])('are not known of "%s"', (cron) => {
    const times = cronTimes(cron);
    const now = at('2026-11-22T12:00Z');
    expect([times.nextAt(now), times.previousAt(now), times.intervalMs, times.isNever]).toEqual([
      ...[null, null, null, false],
    ]);
  });

  it('are not known in a zone that there is not, nor beyond what dates can be', () => {
    expect(cronTimes('0 2 * * *', 'Mars/Phobos').nextAt(0)).toBeNull();
    for (const absurd of [8.64e15, Number.NaN, Infinity]) expect(cronTimes('0 2 * * *').nextAt(absurd)).toBeNull();
  });

  it('never come on the 31st of February', () => {
    const times = cronTimes('0 0 31 2 *');
    expect(times.isNever).toBe(true);
    expect([times.nextAt(0), times.intervalMs]).toEqual([null, null]);
    expect(cronTimes('0 0 29 2 *').isNever).toBe(false);
  });

  it('are found again without looking', () => {
    const times = cronTimes('7 2 * * *', 'Europe/Amsterdam');
    const now = at('2026-11-22T12:00Z');
    times.nextAt(now);
    const begun = performance.now();
    for (let i = 0; i < 10_000; i += 1) times.nextAt(now + i);
    // 2 ms each, if each were looked up.
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(cronTimes('7 2 * * *', 'Europe/Amsterdam')).toBe(times);
  });

  it('are forgotten where there are too many texts', () => {
    const first = cronTimes('8 2 * * *');
    for (let i = 0; i < 600; i += 1) cronTimes(`@every ${i + 1}m`);
    expect(cronTimes('8 2 * * *')).not.toBe(first);
    expect(cronTimes('8 2 * * *').intervalMs).toBe(day);
  });
});
