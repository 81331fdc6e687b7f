const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A mark on the axis of time, epoch ms, and what stands under it. */
export interface TimeTick {
  at: number;
  label: string;
}

/** From fine to coarse; months after them. */
const steps = [
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
  2 * dayMs,
  7 * dayMs,
];
const monthSteps = [1, 2, 3, 6, 12];
/** A Monday, in local ms: weeks begin there. */
const aMonday = 4 * dayMs;

/**
 * At most `most` whole times between `from` and `to` (epoch ms), as the clocks of the zone show them: hours stay whole across
 * a change to summer time, days begin at midnight, weeks on Monday, months on the first.
 */
export function timeTicks(from: number, to: number, timeZone: string, most: number): TimeTick[] {
  const zone = zoneOf(timeZone);
  for (const step of steps) {
    if ((to - from) / step > most) continue;
    const ticks = stepTicks(zone, from, to, step);
    if (ticks.length <= most) return ticks.map((at) => ({ at, label: labelOf(zone, at, step, to - from) }));
  }
  const months = monthSteps.find((count) => (to - from) / (count * 30.5 * dayMs) <= most) ?? 12;
  return monthTicks(zone, from, to, months).map((at) => ({ at, label: monthLabel(zone, at) }));
}

function stepTicks(zone: Zone, from: number, to: number, step: number): number[] {
  const origin = step === 7 * dayMs ? aMonday : 0;
  const ticks: number[] = [];
  const first = Math.ceil((from + zone.offset(from) - origin) / step) * step + origin;
  for (let local = first; ; local += step) {
    const at = zone.at(local);
    if (at > to) return ticks;
    // A time that the clocks leave out falls on that of another tick.
    if (at >= from && at !== ticks.at(-1)) ticks.push(at);
  }
}

function monthTicks(zone: Zone, from: number, to: number, count: number): number[] {
  const begin = new Date(from + zone.offset(from));
  const ticks: number[] = [];
  for (let month = Math.floor(begin.getUTCMonth() / count) * count; ; month += count) {
    const at = zone.at(Date.UTC(begin.getUTCFullYear(), month, 1));
    if (at > to) return ticks;
    if (at >= from) ticks.push(at);
  }
}

function labelOf(zone: Zone, at: number, step: number, span: number): string {
  if (step < dayMs) return zone.clock.format(at);
  // A name of a day tells which only as long as there is no second one.
  return (span <= 8 * dayMs ? zone.weekday : zone.date).format(at);
}

function monthLabel(zone: Zone, at: number): string {
  const local = new Date(at + zone.offset(at));
  return local.getUTCMonth() === 0 ? String(local.getUTCFullYear()) : zone.month.format(at);
}

/** How the clocks of a zone go: `offset` of local time in ms, `at` the epoch ms of a local time. */
interface Zone {
  offset(at: number): number;
  at(local: number): number;
  clock: Intl.DateTimeFormat;
  weekday: Intl.DateTimeFormat;
  date: Intl.DateTimeFormat;
  month: Intl.DateTimeFormat;
}

// Making formats is slow; there is one zone on a wall.
let known: { timeZone: string; zone: Zone } | null = null;

function zoneOf(timeZone: string): Zone {
  if (known?.timeZone !== timeZone) known = { timeZone, zone: makeZone(timeZone) };
  return known.zone;
}

function makeZone(timeZone: string): Zone {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  const parts = format({
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const offset = (at: number): number => {
    const minute = Math.floor(at / minuteMs) * minuteMs;
    const of = Object.fromEntries(parts.formatToParts(minute).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(of['year']!, of['month']! - 1, of['day'], of['hour'], of['minute']) - minute;
  };
  return {
    offset,
    at(local) {
      const about = local - offset(local);
      return local - offset(about);
    },
    clock: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    weekday: format({ weekday: 'short' }),
    date: format({ day: 'numeric', month: 'short' }),
    month: format({ month: 'short' }),
  };
}
