import type { Verdict } from './define-check.ts';
import type { Episode } from './track.ts';

/** The object's own time for when this began, if it gives a sensible one; a clock ahead of ours counts as now. */
export function startedAt(verdict: Verdict | null, now: number): number | null {
  const at = verdict?.startedAt;
  return at === undefined || !Number.isFinite(at) || at <= 0 ? null : Math.min(at, now);
}

/** Begins an episode (law 7): the object's own time where it has one, else when first seen. */
export function beginEpisode(verdict: Verdict | null, left: { at: number; atLeast: boolean }, now: number): Episode {
  const own = startedAt(verdict, now);
  if (own !== null) return { since: own, atLeast: false, seenAt: left.at };
  return { since: left.at, atLeast: left.atLeast, seenAt: left.at };
}
