import { cronTimes } from './cron-times.ts';

/** From when on a backup is late, and far too late. Epoch ms. */
export interface Lateness {
  warnAt: number;
  badAt: number;
}

/**
 * When a plan with this schedule is late, counted from the last good run: after one and a half of its intervals, and after three. Of a
 * schedule that pauses at weekends the days that are due count. Null where the schedule is not understood, or never due.
 */
export function latenessOf(cron: string, timeZone: string | null, lastGoodAt: number): Lateness | null {
  const times = cronTimes(cron, timeZone);
  const first = times.nextAt(lastGoodAt);
  const second = first === null ? null : times.nextAt(first);
  const third = second === null ? null : times.nextAt(second);
  if (first === null || second === null || third === null) return null;
  const before = times.previousAt(lastGoodAt);
  const interval = Math.min(second - first, before === null ? Infinity : first - before);
  return {
    // A backup that somebody made just before it was due does not count as the one that was due.
    warnAt: Math.max(first + interval / 2, lastGoodAt + 1.5 * interval),
    badAt: Math.max(third, lastGoodAt + 3 * interval),
  };
}
