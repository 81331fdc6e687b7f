import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { BackupView } from './backup-view.ts';
import { perFacts, perSnapshot } from './per-snapshot.ts';

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

type PartRules = { [K in keyof BackupPart]: (snapshot: Snapshot) => BackupPart[K] };

/**
 * A part of which plans, runs and targets are worked out each for itself: what a place for backups says of itself changes each
 * minute, a volume's state now and then, and thousands of runs need not be looked at for that. What says the same as before is the
 * very same.
 */
export function separately({ plans, runs, targets, asksInVain }: PartRules): (snapshot: Snapshot) => BackupPart {
  // By the facts of claims, which all parts look at: so that several clusters do not mix.
  const last = new WeakMap<object, BackupPart>();
  return perSnapshot((snapshot) => {
    const claims = snapshot.facts('persistentVolumeClaim');
    const before = last.get(claims);
    const part: BackupPart = {
      plans: sameAs(before?.plans, plans(snapshot)),
      runs: theSame(before?.runs, runs(snapshot)),
      targets: sameAs(before?.targets, targets(snapshot)),
      asksInVain: sameAs(before?.asksInVain, asksInVain?.(snapshot) ?? none),
    };
    const isSame =
      before?.plans === part.plans &&
      before.runs === part.runs &&
      before.targets === part.targets &&
      before.asksInVain === part.asksInVain;
    if (isSame) return before;
    last.set(claims, part);
    return part;
  });
}

const none: readonly never[] = [];

/** The list of before if the new one says the same, else the new one with those of before that say the same. */
function sameAs<T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] {
  if (before === undefined || before === after) return after;
  // Plain records that one function makes: their keys stand in one order.
  const kept = after.map((each, i) =>
    JSON.stringify(before[i]) === JSON.stringify(each) ? (before[i] ?? each) : each,
  );
  return theSame(before, kept);
}

/** The list of before if both hold the very same. */
function theSame<T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] {
  return before?.length === after.length && after.every((each, i) => each === before[i]) ? before : after;
}
