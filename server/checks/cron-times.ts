import { Cron } from 'croner';

/** When a cron expression is due. Null wherever it cannot be understood, or is never due. */
export interface CronTimes {
  /** The first time after `at`, epoch ms. */
  nextAt(at: number): number | null;
  /** The last time at or before `at`, epoch ms. */
  previousAt(at: number): number | null;
  /** The longest that lies between two times: a day for `0 2 * * *`, whatever clocks do in spring; three for `0 22 * * 1-5`. */
  intervalMs: number | null;
  /** Understood, and never due: `0 0 31 2 *`, as one stops what cannot be paused. */
  isNever: boolean;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// As many plans as a large house has; a text that comes and goes is only worked out again.
const mostKept = 500;
const kept = new Map<string, CronTimes>();

/**
 * Times of an expression as Kubernetes and the backup operators write it: five fields, `@daily`, `@every 6h`, `@daily-random` of K8up
 * (somewhere in the day), `CRON_TZ=` in front. Without a zone it is UTC: operators run in containers.
 */
export function cronTimes(cron: string, timeZone: string | null = null): CronTimes {
  const id = `${timeZone ?? ''} ${cron}`;
  const before = kept.get(id);
  if (before !== undefined) return before;
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  const times = timesOf(cron.trim(), timeZone);
  kept.set(id, times);
  return times;
}

const notUnderstood: CronTimes = {
  nextAt: () => null,
  previousAt: () => null,
  ...{ intervalMs: null, isNever: false },
};

/** Longer than any that is meant; nobody writes a cron expression of a page. */
const longest = 200;

function timesOf(cron: string, timeZone: string | null): CronTimes {
  if (cron === '' || cron.length > longest) return notUnderstood;
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.+)$/.exec(cron);
  if (zoned !== null) return timesOf(zoned[2] ?? '', zoned[1] ?? null);
  const every = everyMs(cron);
  if (every !== null) return everyTimes(every);
  const job = parse(cron, timeZone);
  return job === null ? notUnderstood : jobTimes(job, longestGap(cron));
}

const unitsMs: Record<string, number> = { h: hour, m: minute, s: second };
const randomMs: Record<string, number> = {
  ...{ hourly: hour, daily: day, weekly: 7 * day, monthly: 31 * day, yearly: 366 * day, annually: 366 * day },
};

/** The period of what is due once in each, nobody knows when; null for all else. */
function everyMs(cron: string): number | null {
  const random = /^@([a-z]+)-random$/.exec(cron)?.[1];
  if (random !== undefined) return randomMs[random] ?? null;
  const parts = /^@every\s+((?:\d+(?:\.\d+)?[hms])+)$/.exec(cron)?.[1]?.matchAll(/([\d.]+)([hms])/g) ?? [];
  const ms = [...parts].reduce((sum, [, count = '0', unit = '']) => sum + Number(count) * (unitsMs[unit] ?? 0), 0);
  return Number.isFinite(ms) && ms >= second ? ms : null;
}

function everyTimes(ms: number): CronTimes {
  return { nextAt: (at) => at + ms, previousAt: (at) => at - ms, intervalMs: ms, isNever: false };
}

/** Null for what is no cron expression, or a zone that there is not. */
function parse(cron: string, timeZone: string | null): Cron | null {
  const zone = timeZone === null || timeZone === '' ? { utcOffset: 0 } : { timezone: timeZone };
  try {
    // Kubernetes takes `1/5` too.
    const job = new Cron(cron, { mode: '5-part', sloppyRanges: true, paused: true, ...zone });
    job.nextRun(new Date(reference));
    return job;
  } catch {
    // A stranger's text that is none: null says so.
    return null;
  }
}

/** Between two neighbouring times: `from` <= at < `to`. */
interface Stretch {
  from: number | null;
  to: number | null;
}

function jobTimes(job: Cron, { intervalMs, isNever }: Pick<CronTimes, 'intervalMs' | 'isNever'>): CronTimes {
  const stretch = stretches(job);
  return {
    nextAt: (at) => stretch(at).to,
    previousAt: (at) => stretch(at).from,
    ...{ intervalMs, isNever },
  };
}

// Asked of now and of the last good backups: a few stretches answer nearly all of it.
const mostStretches = 16;

/** A look-up in a time zone takes milliseconds, and is asked each second for each plan. */
function stretches(job: Cron): (at: number) => Stretch {
  let known: Stretch[] = [];
  return (at) => {
    if (!(Math.abs(at) < mostMs)) return { from: null, to: null };
    const found = known.find(({ from, to }) => from !== null && to !== null && from <= at && at < to);
    if (found !== undefined) return found;
    const stretch = stretchAt(job, at);
    known = [stretch, ...known].slice(0, mostStretches);
    return stretch;
  };
}

// The year 6000, as dates of fools go: croner knows none after 10000.
const mostMs = 1.27e14;

function stretchAt(job: Cron, at: number): Stretch {
  const next = job.nextRun(new Date(at));
  // Told to the second, and what is before it: so a time at `at` itself is found.
  const [previous] = job.previousRuns(1, next ?? new Date(at + second));
  return { from: previous?.getTime() ?? null, to: next?.getTime() ?? null };
}

/** A Monday at midnight: which one does not matter. */
const reference = Date.UTC(2026, 5, 1);

/**
 * The longest gap, in UTC, where no clock is ever put forward. Each few hours of eight days (nights and weekends are in them),
 * then each few days of two months are looked at.
 */
function longestGap(cron: string): Pick<CronTimes, 'intervalMs' | 'isNever'> {
  const job = parse(cron, null);
  if (job === null) return { intervalMs: null, isNever: false };
  let longestMs: number | null = null;
  for (let at = reference; at < reference + 62 * day;) {
    const { from, to } = stretchAt(job, at);
    if (to === null) return { intervalMs: longestMs, isNever: from === null };
    if (from !== null) longestMs = Math.max(longestMs ?? 0, to - from);
    at = Math.max(to, at + (at < reference + 8 * day ? 5 * hour : 3 * day));
  }
  return { intervalMs: longestMs, isNever: false };
}
