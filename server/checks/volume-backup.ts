import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { isPastTime, knownBytes, type BackupMemory } from './backup-memory.ts';
import { runsOf } from './backup-view.ts';
import { lastGoodOf, type BackupMemories, type LastGood } from './last-good.ts';

/** When something was seen last as it should be, and first as it should not. Epoch ms. */
export interface BeforeAndAfter {
  before: { at: number };
  after: { at: number };
}

/** The newest good backup of a claim from before its data were lost; where there is none the newest of all; null if none is known. */
export function lastGoodBefore(
  claim: string,
  { before, after }: BeforeAndAfter,
  snapshot: Snapshot,
  memories: BackupMemories,
): LastGood | null {
  const remembered = (memories.get(claim) as BackupMemory | undefined)?.good ?? [];
  const runs = runsOf(claim, snapshot).filter(({ result }) => result === 'good');
  const all: LastGood[] = [
    ...remembered.filter(({ there }) => there).map(({ system, at, bytes, object }) => ({ system, at, bytes, object })),
    ...runs.map(({ system, at, bytes, subject }) => ({ system, at, bytes, object: subjectId(subject) })),
  ].filter(({ at }) => isPastTime(at, snapshot.now));
  const newest = newestUntil(all, before.at) ?? newestUntil(all, after.at) ?? lastGoodOf(claim, snapshot, memories);
  // One from before that is only remembered has been deleted since.
  const isGone = newest?.at != null && newest.at <= before.at && !all.some(({ at }) => at === newest.at);
  return isGone ? null : newest;
}

function newestUntil(all: readonly LastGood[], until: number): LastGood | null {
  let best: LastGood | null = null;
  for (const each of all) {
    if (each.at === null || each.at > until || (best !== null && (best.at ?? 0) >= each.at)) continue;
    best = { ...each, bytes: knownBytes(each.bytes) };
  }
  return best;
}
