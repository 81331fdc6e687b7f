const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A stretch of time in ms in the largest fitting whole unit: "12 s", "6 min", "9 h", "4 days". Negative counts as 0. */
export function formatAge(ms: number): string {
  const positive = Math.max(0, ms);
  if (positive < 90 * second) return `${Math.floor(positive / second)} s`;
  if (positive < 90 * minute) return `${Math.floor(positive / minute)} min`;
  if (positive < 48 * hour) return `${Math.floor(positive / hour)} h`;
  return `${Math.floor(positive / day)} days`;
}

/** A measured duration in ms: "12 ms", "1.4 s", then as `formatAge`. */
export function formatDuration(ms: number): string {
  // Rounded first, so that 999.6 ms reads as a second and not as 1000 ms.
  if (Math.round(ms) < second) return `${Math.round(Math.max(0, ms))} ms`;
  if (ms < 10 * second) return `${trimZero((ms / second).toFixed(1))} s`;
  return formatAge(ms);
}

/** Decimal bytes: "512 B", "32 MB", "1.9 GB", "over 999 EB". Negative counts as 0, what is no number is "?". */
export function formatBytes(bytes: number): string {
  if (Number.isNaN(bytes)) return '?';
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (value >= 999.5) return `over 999 ${units[unit]}`;
  const text = value < 10 && unit > 0 ? trimZero(value.toFixed(1)) : String(Math.round(value));
  return `${text} ${units[unit]}`;
}

/** 0..100 as "61 %"; one decimal between 99 and 100 so that 99.98 never reads as 100. */
export function formatPercent(percent: number): string {
  if (percent > 99 && percent < 100) return `${trimZero((Math.floor(percent * 100) / 100).toFixed(2))} %`;
  return `${Math.round(percent)} %`;
}

/** A moment (epoch ms): "20:35" today, "Tue 20:35" within six days, else "5 Apr 20:35", "5 Nov 2025" in another year, "?" if there is no such date. */
export function formatAt(at: number, now: number, timeZone: string): string {
  // Beyond this there are no dates, and Intl throws.
  if (!(Math.abs(at) <= 8.64e15)) return '?';
  const time = clockFormat(timeZone).format(at);
  if (dayOf(at, timeZone) === dayOf(now, timeZone)) return time;
  if (Math.abs(now - at) < 6 * day) return `${weekdayFormat(timeZone).format(at)} ${time}`;
  const year = yearFormat(timeZone);
  const date = dateFormat(timeZone).format(at);
  return year.format(at) === year.format(now) ? `${date} ${time}` : `${date} ${year.format(at)}`;
}

/** The day of a moment (epoch ms): "5 April", "5 April 2027" in another year, "?" if there is no such date. */
export function formatDay(at: number, now: number, timeZone: string): string {
  if (!(Math.abs(at) <= 8.64e15)) return '?';
  const year = yearFormat(timeZone);
  const date = longDateFormat(timeZone).format(at);
  return year.format(at) === year.format(now) ? date : `${date} ${year.format(at)}`;
}

/** The clock of the wall: "20:41". */
export function formatClock(at: number, timeZone: string): string {
  return clockFormat(timeZone).format(at);
}

function trimZero(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function dayOf(at: number, timeZone: string): string {
  return dayFormat(timeZone).format(at);
}

// Making an Intl.DateTimeFormat costs about 50 us and memory; there are few zones, so they are kept.
function kept(options: Intl.DateTimeFormatOptions): (timeZone: string) => Intl.DateTimeFormat {
  const byZone = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    let format = byZone.get(timeZone);
    if (format === undefined) {
      format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
      byZone.set(timeZone, format);
    }
    return format;
  };
}

const clockFormat = kept({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekdayFormat = kept({ weekday: 'short' });
const dateFormat = kept({ day: 'numeric', month: 'short' });
const longDateFormat = kept({ day: 'numeric', month: 'long' });
const yearFormat = kept({ year: 'numeric' });
const dayFormat = kept({ year: 'numeric', month: '2-digit', day: '2-digit' });
