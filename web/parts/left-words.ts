import { formatAge } from '#shared/format.ts';

const dayMs = 86_400_000;
const yearMs = 365.25 * dayMs;
/** Days beyond which nobody counts in days. */
const countedDays = 1_000;
/** Absurd dates (year 9999) are no figures to read. */
const mostYears = 100;

/** How long it still lasts, in ms: "12 days", "31 h", "3 years", "over 100 years"; "expired 6 min ago" if it has ended. */
export function leftWords(ms: number): string {
  return ms > 0 ? longWords(ms) : `expired ${longWords(-ms)} ago`;
}

function longWords(ms: number): string {
  if (ms < countedDays * dayMs) return formatAge(ms);
  const years = Math.floor(ms / yearMs);
  return years > mostYears ? `over ${mostYears} years` : `${years} years`;
}
