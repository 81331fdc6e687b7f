import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { claimSubjectOf } from './claim-use.ts';
import { perGroup } from './per-group.ts';
import { startingPods } from './stuck-start.ts';
import { workloadGroups } from './workload-groups.ts';

/** A claim that is without its volume explains that pods which mount it do not start. */
export const explainsItsWaiting: Explains = {
  checks: ['workloads/not-starting'],
  about: pendingClaimOf,
  when: (cause: Verdict, effect, snapshot) =>
    (cause.level === 'bad' || cause.level === 'warn') && pendingClaimOf(effect, snapshot) === subjectId(cause.subject),
};

/** The first claim without a volume of the pods that do not start, as the id of a subject; null if all have theirs. */
function pendingClaimOf({ subject }: Effect, snapshot: Snapshot): string | null {
  const group = workloadGroups(snapshot).get(subjectId(subject));
  if (group === undefined) return null;
  const claims = snapshot.facts('persistentVolumeClaim');
  const key = startingClaims(group).find((each) => {
    const phase = claims.get(each)?.phase;
    return phase === 'Pending' || phase === 'Lost';
  });
  return key === undefined ? null : subjectId(claimSubjectOf(key));
}

/** The keys of the claims of those pods of a workload that have not started. */
export const startingClaims = perGroup<readonly string[]>((group) => [
  ...new Set(startingPods(group).flatMap(({ namespace, claims }) => claims.map((claim) => `${namespace}/${claim}`))),
]);
