import type { Snapshot } from '#server/engine/snapshot.ts';

/** What is remembered of a service: whether it was up, and when that changed, oldest first (epoch ms). */
export interface OutcomeMemory {
  up: boolean;
  changes: readonly number[];
}

/** More than anybody counts, and few enough for a disk. */
const mostChanges = 24;
/** No setting looks further back. */
export const longestWindowMs = 6 * 3_600_000;

/** Remembers the changes of a service between up and not up; the very same object while there is nothing new. */
export function rememberOutcome(before: OutcomeMemory | undefined, key: string, snapshot: Snapshot): OutcomeMemory {
  const probe = snapshot.facts('serviceProbe').get(key);
  if (probe === undefined) return before ?? { up: true, changes: [] };
  const up = probe.outcome === 'up';
  if (before === undefined) return { up, changes: [] };
  const kept = before.changes.filter((at) => snapshot.now - at < longestWindowMs);
  if (up === before.up) return kept.length === before.changes.length ? before : { up, changes: kept };
  const at = probe.outcomeSince <= snapshot.now ? probe.outcomeSince : snapshot.now;
  return { up, changes: [...kept, at].slice(-mostChanges) };
}

/**
 * How often it changed in its unquiet time, 0 if it is quiet. That lasts from a change until none has come for `windowMs`, and
 * counts once more than `limit` changes came within `windowMs`.
 */
export function unquietChanges({ changes }: OutcomeMemory, limit: number, windowMs: number, now: number): number {
  const last = changes.at(-1);
  if (last === undefined || now - last >= windowMs) return 0;
  let start = changes.length - 1;
  while (start > 0 && (changes[start] ?? 0) - (changes[start - 1] ?? 0) < windowMs) start -= 1;
  const run = changes.slice(start);
  const tooMany = run.some((at, i) => i >= limit && at - (run[i - limit] ?? 0) < windowMs);
  return tooMany ? run.length : 0;
}
