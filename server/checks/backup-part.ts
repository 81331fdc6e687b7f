import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { BackupView } from './backup-view.ts';
import { perFacts } from './per-snapshot.ts';

/** What one system adds to the view. */
export type BackupPart = Pick<BackupView, 'plans' | 'runs' | 'targets'> & Partial<Pick<BackupView, 'asksInVain'>>;

/**
 * A part that depends on facts of these kinds and, by what `late` says, on the time: `late` names what is so only since some
 * moment ("this run is overdue"). The very same from snapshot to snapshot while neither changes.
 */
export function backupPart<T extends NonNullable<unknown>>(
  kinds: readonly FactKind[],
  late: (snapshot: Snapshot) => string,
  workOut: (snapshot: Snapshot) => T,
): (snapshot: Snapshot) => T {
  const byLate = perFacts(kinds, () => ({ late: null as string | null, part: null as T | null }));
  return (snapshot) => {
    const kept = byLate(snapshot);
    const now = late(snapshot);
    if (kept.part !== null && kept.late === now) return kept.part;
    kept.late = now;
    kept.part = workOut(snapshot);
    return kept.part;
  };
}
