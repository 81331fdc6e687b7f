const minute = 60_000;
const hour = 60 * minute;

/** A length of time in steps that do not tick on the page: 10 min, from 90 min on an hour, from 12 h on three. Rounded down, at least 10 min. */
export function calmDuration(ms: number): number {
  const step = ms < 90 * minute ? 10 * minute : ms < 12 * hour ? hour : 3 * hour;
  return Math.max(10 * minute, Math.floor(ms / step) * step);
}

/** A measured number with the two or three digits that are shown of it, so that noise behind them is no change. */
export function calmNumber(value: number): number {
  return Number(value.toPrecision(3));
}
