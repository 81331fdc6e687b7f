import type { TrendPoint } from '#server/engine/define-check.ts';

/** When something that grows is full, if it goes on as it has. */
export interface Forecast {
  /** From now on, ms. */
  leftMs: number;
  /** How much it grows in an hour, in the unit of what was measured. */
  perHour: number;
  /** For how long it has been seen to grow like that, ms. */
  heldMs: number;
}

/** Growth that was seen over some time up to now. */
interface Growth {
  perMs: number;
  heldMs: number;
}

// Less says nothing: the start of a program or one download looks like a trend.
const leastMs = 30 * 60_000;
// In so many equal parts it is looked whether growth went on: a step is in one of them, whatever its height.
const parts = 6;
const leastSlopes = 3;
// So many of the slopes between parts must be at least a third of the median, the newest among them, and none may fall.
const steady = 0.8;
const slack = 1 / 3;
// What has held for an hour says nothing about tomorrow: it is told four times as far ahead as it was seen.
const reach = 4;
// The whole time, and the last half, quarter and eighth of it: what began an hour ago must not wait for half a day.
const shares = [1, 1 / 2, 1 / 4, 1 / 8];

/**
 * When a value reaches `full`, by the averages of five minutes before it (oldest first) and the value of now; the soonest where
 * the last hour and the hours before differ. Null where it does not grow, or not steadily for 30 min, or where the time it has
 * held is too short to tell. A median of slopes: between medians of equal parts of the time, since of the slopes between
 * all pairs of points (Theil-Sen) half go over one step in the middle. Steps and noise do not change it, after a clean-up
 * it is seen anew, and what falls back again and again (logs that are rotated) does not grow.
 */
export function forecast(points: readonly TrendPoint[], value: number, full: number): Forecast | null {
  let soonest: Forecast | null = null;
  for (const { perMs, heldMs } of growths(points)) {
    const leftMs = Math.max(0, full - value) / perMs;
    if (leftMs > reach * heldMs || (soonest !== null && soonest.leftMs <= leftMs)) continue;
    soonest = { leftMs, perHour: perMs * 3_600_000, heldMs };
  }
  return soonest;
}

/** Checks are judged each second, points are new once a minute. */
const kept = new WeakMap<readonly TrendPoint[], readonly Growth[]>();

function growths(points: readonly TrendPoint[]): readonly Growth[] {
  const before = kept.get(points);
  if (before !== undefined) return before;
  const wholeMs = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const found = shares.flatMap((share) => growthOver(wholeMs * share, points, share === 1) ?? []);
  kept.set(points, found);
  return found;
}

function growthOver(ms: number, points: readonly TrendPoint[], isWhole: boolean): Growth | null {
  if (ms < leastMs) return null;
  const from = (points.at(-1)?.at ?? 0) - ms;
  const perMs = steadySlope(
    points.filter(({ at }) => at >= from),
    from,
    ms,
  );
  if (perMs === null) return null;
  // The parts of the whole time are so long that teeth of an hour are in each of them. In its last hour a tooth is a trend.
  const rise = perMs * ms;
  return falls(points, isWhole ? rise : rise / 2) > 1 ? null : { perMs, heldMs: ms };
}

/** The median of the slopes between the medians of equal parts; null if there are too few, or not nearly all of them go up. */
function steadySlope(points: readonly TrendPoint[], from: number, ms: number): number | null {
  const byPart = Map.groupBy(points, ({ at }) => Math.min(parts - 1, Math.floor(((at - from) / ms) * parts)));
  const middles = [...byPart.values()].map((part) => ({
    at: median(part.map(({ at }) => at)),
    value: median(part.map(({ value }) => value)),
  }));
  const slopes = middles.slice(1).map(({ at, value }, i) => {
    const before = middles[i]!;
    return (value - before.value) / (at - before.at);
  });
  const slope = median(slopes);
  if (slopes.length < leastSlopes || !(slope > 0)) return null;
  const grows = (each: number) => each >= slope * slack;
  const stillGrows = grows(slopes.at(-1)!);
  const neverFalls = slopes.every((each) => each > -slope * slack);
  return stillGrows && neverFalls && slopes.filter(grows).length >= steady * slopes.length ? slope : null;
}

/** How often it fell by more than this from where it had risen to. */
function falls(points: readonly TrendPoint[], least: number): number {
  let count = 0;
  let top = -Infinity;
  let bottom = Infinity;
  let isFalling = false;
  for (const { value } of points) {
    top = Math.max(top, value);
    bottom = Math.min(bottom, value);
    if (!isFalling && top - value > least) {
      count += 1;
      isFalling = true;
      bottom = value;
    } else if (isFalling && value - bottom > least) {
      isFalling = false;
      top = value;
    }
  }
  return count;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
