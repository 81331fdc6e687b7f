import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { backupIndex, isPaused } from './backup-index.ts';
import { backupView, plansOf, runsOf, type BackupPlan, type Covered } from './backup-view.ts';
import { perSnapshot } from './per-snapshot.ts';
import { usedClaims } from './used-claims.ts';

/**
 * Whether a claim is backed up: `planned` by a plan; `by-hand` where there is a good backup that no plan makes again; `excluded` by its
 * annotation; `not` by anything that is known.
 */
export type CoveredBy = 'planned' | 'by-hand' | 'excluded' | 'not';

/** How a claim is covered, whether or not anybody uses it. */
export function coveredBy(covered: Covered, claim: PersistentVolumeClaimFact, snapshot: Snapshot): CoveredBy {
  if (claim.wish.noBackup) return 'excluded';
  if (plansOf(covered, snapshot).length > 0) return 'planned';
  return runsOf(covered, snapshot).some(({ result }) => result === 'good') ? 'by-hand' : 'not';
}

/** Claims in use, by how they are covered. */
export interface Coverage {
  of: ReadonlyMap<Covered, CoveredBy>;
  planned: number;
  byHand: number;
  not: readonly Covered[];
  /** All but those that are left out. */
  total: number;
}

/** How the claims in use are covered, worked out once a snapshot. */
export const coverageOf: (snapshot: Snapshot) => Coverage = perSnapshot((snapshot) => {
  const of = new Map<Covered, CoveredBy>();
  for (const [key, claim] of usedClaims(snapshot)) of.set(key, coveredBy(key, claim, snapshot));
  const keys = [...of.keys()];
  const count = (how: CoveredBy) => keys.filter((key) => of.get(key) === how).length;
  return {
    ...{ of, planned: count('planned'), byHand: count('by-hand') },
    not: keys.filter((key) => of.get(key) === 'not').sort(),
    total: keys.length - count('excluded'),
  };
});

/** True if anything in this cluster backs up volumes: a system that has a plan, a good backup, or somewhere to put them. */
export function anyBackups(snapshot: Snapshot): boolean {
  const { plans, targets, runs } = backupView(snapshot);
  return (
    targets.some(({ system, url }) => system !== 'etcd' && url !== '') ||
    plans.some(({ system }) => system !== 'etcd') ||
    runs.some(({ system, result }) => system !== 'etcd' && result === 'good')
  );
}

/** True if another plan that is not paused covers all that this one does. */
export function areOthersCovering(
  plan: BackupPlan,
  snapshot: Snapshot,
  counts: (other: BackupPlan) => boolean = () => true,
): boolean {
  return (
    plan.covers.length > 0 &&
    plan.covers.every((covered) =>
      plansOf(covered, snapshot).some((other) => other.key !== plan.key && !isPaused(other) && counts(other)),
    )
  );
}

/** True if some object still tells of a good backup of it. */
export function isStillThere(object: string, snapshot: Snapshot): boolean {
  return backupIndex(snapshot).good.has(object);
}
