import type { HistoryAnswer } from '#shared/history.ts';

/** A value and when it was measured, epoch ms. */
interface Latest {
  at: number;
  value: number;
}

/** Samples are taken every 15 s: if the newest was older than three of them when it was asked for, nothing is measured now. */
const missedMs = 3 * 15_000;
/** It is asked for every minute: what is older than this is no present, whatever was answered. */
const presentMs = 2 * 60_000;

/** What was measured last, null if nothing was. What is counted is whole, though hours of it are kept as averages. */
export function latestValue({ unit, step, points, last }: HistoryAnswer): Latest | null {
  const newest = points.findLast(([, , average]) => average !== null);
  if (last === undefined && newest === undefined) return null;
  const { at, value } = last ?? { at: newest![0] + step, value: newest![2] ?? 0 };
  return { at, value: unit === 'count' ? Math.round(value) : value };
}

/** True if nothing tells that it is still so; `askedAt` is when the history was asked for. Both epoch ms. */
export function isPast({ at }: Latest, askedAt: number, now: number): boolean {
  return askedAt - at > missedMs || now - at > presentMs;
}
