import type { Snapshot } from '#server/engine/snapshot.ts';
import { coverageOf } from './backup-coverage.ts';
import type { Covered } from './backup-view.ts';
import { lastGoodOf, type BackupMemories } from './last-good.ts';

/** The oldest of the newest backups of all volumes in use that are covered. */
export interface BackupAges {
  /** Volumes of which the newest backup is known. */
  known: number;
  /** Null if none is known. `at` epoch ms. */
  oldest: { covered: Covered; at: number } | null;
  /** Covered, and nothing was ever made of them as far as is known. */
  never: readonly Covered[];
}

/** How old the newest backups are, of what is there and what is remembered. */
export function backupAges(snapshot: Snapshot, memories: BackupMemories): BackupAges {
  const ages: { covered: Covered; at: number }[] = [];
  const never: Covered[] = [];
  for (const [covered, how] of coverageOf(snapshot).of) {
    if (how !== 'planned' && how !== 'by-hand') continue;
    const at = lastGoodOf(covered, snapshot, memories)?.at ?? null;
    if (at === null) never.push(covered);
    else ages.push({ covered, at });
  }
  const [oldest = null] = ages.sort((a, b) => a.at - b.at || (a.covered < b.covered ? -1 : 1));
  return { known: ages.length, oldest, never: never.sort() };
}
