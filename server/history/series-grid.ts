import type { HistoryPoint } from '#shared/history.ts';
import { resolutions, sampleMs, type MeasuredSum } from './history.ts';
import { emptySum } from './series-cells.ts';

/** What is asked of a series, epoch ms. */
export interface Asked {
  from: number;
  to: number;
  points: number;
}

/** Equal parts of a time: `count` of `stepMs` from `firstAt` on (epoch ms), made of what `resolution` (0: the finest) holds. */
export interface Grid {
  resolution: 0 | 1 | 2;
  stepMs: number;
  firstAt: number;
  count: number;
}

/** As many points are given at most, whatever is asked. */
export const mostPoints = 2_000;

// A day's chart that was asked for by a clock that is behind, or that took its time to come, is still one of a day.
const slackMs = 3_600_000;

/**
 * The parts in which a time is told: multiples of their length since 1970, so that a chart does not crawl while time goes on,
 * and by the coarsest resolution that gives as many as are asked. `oldestAt`: from when on there is something of each resolution.
 */
export function gridOf({ from, to, points }: Asked, now: number, oldestAt: readonly number[]): Grid {
  const end = Math.min(to, now);
  const most = Math.min(mostPoints, Math.max(1, Math.floor(points) || 1));
  // Rounded to what can be told at all: 300 points of a day are 288 s, which no resolution has, and 5 min are the next.
  const wantedMs = Math.ceil((end - from) / most / sampleMs) * sampleMs;
  let resolution: Grid['resolution'] = 0;
  for (const coarser of [1, 2] as const) {
    const serves = resolutions[coarser].stepMs <= wantedMs;
    if (serves || !reaches(coarser - 1, from, now, oldestAt)) resolution = coarser;
  }
  const { stepMs: unit } = resolutions[resolution];
  const stepMs = Math.max(1, Math.ceil((end - from) / most / unit)) * unit;
  const firstAt = Math.ceil(from / stepMs) * stepMs;
  const count = Math.max(0, Math.min(most, Math.ceil((end - firstAt) / stepMs)));
  return { resolution, stepMs, firstAt, count: Number.isFinite(count) ? count : 0 };
}

// On a full disk the finest goes first: then what is coarser may reach further back.
function reaches(resolution: number, from: number, now: number, oldestAt: readonly number[]): boolean {
  const { keptMs } = resolutions[resolution]!;
  const coarserMs = resolutions[resolution + 1]!.stepMs;
  const oldest = oldestAt[resolution] ?? Infinity;
  if (from < now - keptMs - slackMs) return false;
  return from >= oldest - coarserMs || (oldestAt[resolution + 1] ?? Infinity) >= oldest - coarserMs;
}

/** The parts of a grid while they are filled: `sum(at)` gives the part that a time is in, null if it is in none. */
export function partsOf(grid: Grid) {
  const sums = Array.from({ length: grid.count }, emptySum);
  return {
    sum: (at: number): MeasuredSum | null => sums[Math.floor((at - grid.firstAt) / grid.stepMs)] ?? null,
    points: (): HistoryPoint[] =>
      sums.map(({ min, max, sum, count }, i) => {
        const at = grid.firstAt + i * grid.stepMs;
        return count === 0 ? [at, null, null, null] : [at, min, sum / count, max];
      }),
  };
}
