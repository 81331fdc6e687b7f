import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { claimSubject, claimUses } from './claim-use.ts';
import { perFacts } from './per-snapshot.ts';
import { workloadBehind } from './service-pods.ts';
import { workloadSubject } from './workload-subject.ts';

/** What a lost volume brings about: what runs on it, and what hosts that lead there show. */
export const lossExplains: Explains[] = [
  {
    checks: ['workloads/*'],
    when: (cause, { subject }, snapshot) =>
      cause.level === 'bad' && mounts(subjectId(subject), subjectId(cause.subject), snapshot),
  },
  {
    checks: ['services/wrong-content', 'services/down', 'services/no-endpoints'],
    when: (cause, effect, snapshot) => cause.level === 'bad' && leadsTo(effect, subjectId(cause.subject), snapshot),
  },
  {
    checks: ['backups/shrank'],
    when: (cause, { subject }) => cause.level === 'bad' && subjectId(subject) === subjectId(cause.subject),
  },
];

function leadsTo(effect: Effect, claim: string, snapshot: Snapshot): boolean {
  const id = workloadBehind(effect, snapshot)?.id;
  return id !== undefined && mounts(id, claim, snapshot);
}

function mounts(workload: string, claim: string, snapshot: Snapshot): boolean {
  return claimsByWorkload(snapshot).get(workload)?.has(claim) === true;
}

/** By the ids of both; a pod counts as itself too. */
const claimsByWorkload = perFacts(
  ['persistentVolumeClaim', 'persistentVolume', 'nodeStats', 'pod', 'replicaSet'],
  (snapshot): ReadonlyMap<string, ReadonlySet<string>> => {
    const found = new Map<string, Set<string>>();
    const replicaSets = snapshot.facts('replicaSet');
    for (const { claim, pods } of claimUses(snapshot).values()) {
      const id = subjectId(claimSubject(claim));
      for (const pod of pods) {
        const { namespace, name } = pod;
        for (const subject of [workloadSubject(pod, replicaSets), { kind: 'Pod', namespace, name }]) {
          const claims = found.get(subjectId(subject)) ?? new Set();
          found.set(subjectId(subject), claims.add(id));
        }
      }
    }
    return found;
  },
);
