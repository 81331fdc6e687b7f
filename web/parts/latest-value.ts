import type { HistoryAnswer } from '#shared/history.ts';

/** A value and when it was measured, epoch ms. */
interface Latest {
  at: number;
  value: number;
}

/** Samples are taken every 15 s and asked for every minute: what is older than this is no present. */
const presentMs = 2 * 60_000;

/** What was measured last, null if nothing was. What is counted is whole, though hours of it are kept as averages. */
export function latestValue({ unit, step, points, last }: HistoryAnswer): Latest | null {
  const newest = points.findLast(([, , average]) => average !== null);
  if (last === undefined && newest === undefined) return null;
  const { at, value } = last ?? { at: newest![0] + step, value: newest![2] ?? 0 };
  return { at, value: unit === 'count' ? Math.round(value) : value };
}

/** True if nothing tells that it is still so. */
export function isPast({ at }: Latest, now: number): boolean {
  return now - at > presentMs;
}
