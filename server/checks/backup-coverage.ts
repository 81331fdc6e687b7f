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

/** How the claims in use are covered; the very same while neither they nor any plan or run change. */
export const coverageOf: (snapshot: Snapshot) => Coverage = perSnapshot((snapshot) => {
  const used = usedClaims(snapshot);
  const { plans, runs } = backupView(snapshot);
  const before = lastCoverage.get(used);
  if (before?.plans === plans && before.runs === runs) return before.coverage;
  const coverage = workOutCoverage(used, snapshot);
  lastCoverage.set(used, { plans, runs, coverage });
  return coverage;
});

const lastCoverage = new WeakMap<object, { plans: object; runs: object; coverage: Coverage }>();

function workOutCoverage(used: ReturnType<typeof usedClaims>, snapshot: Snapshot): Coverage {
  const of = new Map<Covered, CoveredBy>();
  for (const [key, claim] of used) of.set(key, coveredBy(key, claim, snapshot));
  const keys = [...of.keys()];
  const count = (how: CoveredBy) => keys.filter((key) => of.get(key) === how).length;
  return {
    ...{ of, planned: count('planned'), byHand: count('by-hand') },
    not: keys.filter((key) => of.get(key) === 'not').sort(),
    total: keys.length - count('excluded'),
  };
}

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
