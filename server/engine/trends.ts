import type { SeriesStore, TrendPoint } from '#server/history/history.ts';
import type { Check, TrendOf } from './define-check.ts';
import type { Snapshot } from './snapshot.ts';

/** How long what was read of the history may be used: a point stands for five minutes. */
const readEveryMs = 60_000;

const none: readonly TrendPoint[] = [];

/** What checks compare with, read from the history. */
export interface Trends {
  of(check: Check, snapshot: Snapshot): TrendOf;
  /** Another history. */
  clear(): void;
}

/** Trends out of the store of the moment, read once a minute for each check. */
export function createTrends(store: () => SeriesStore): Trends {
  const held = new Map<string, { at: number; points: ReadonlyMap<string, readonly TrendPoint[]> }>();
  return {
    of(check, snapshot) {
      const { trends } = check;
      if (trends === undefined) return () => none;
      const before = held.get(check.check);
      const fits = before !== undefined && Math.abs(snapshot.now - before.at) < readEveryMs;
      const points = fits
        ? before.points
        : store().trends([...trends.series(snapshot)], snapshot.now - trends.windowMs);
      if (!fits) held.set(check.check, { at: snapshot.now, points });
      return (series) => points.get(series) ?? none;
    },
    clear: () => held.clear(),
  };
}
