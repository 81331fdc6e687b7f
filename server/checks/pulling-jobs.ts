import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId } from '#shared/finding.ts';
import { leftOver } from './left-over.ts';
import { perFacts } from './per-snapshot.ts';
import { cannotPull } from './pull-trouble.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** Jobs whose pods wait for an image, by the id of their subject; they are no workloads otherwise. */
export const pullingJobs = perFacts(['pod'], (snapshot): ReadonlyMap<string, WorkloadGroup> => {
  const pods: PodFact[] = [];
  for (const pod of snapshot.facts('pod').values()) {
    if (pod.owner?.kind === 'Job' && cannotPull(pod) && !leftOver(pod)) pods.push(pod);
  }
  const groups = Map.groupBy(pods, ({ namespace, owner }) =>
    subjectId({ kind: 'Job', namespace, name: owner?.name ?? '' }),
  );
  return new Map([...groups].map(([id, of]) => [id, jobOf(id, of)]));
});

/** All that may lack an image: workloads, and the Jobs that do. */
export function allPulling(snapshot: Snapshot): readonly WorkloadGroup[] {
  const jobs = pullingJobs(snapshot);
  return jobs.size === 0 ? allWorkloads(snapshot) : [...allWorkloads(snapshot), ...jobs.values()];
}

function jobOf(id: string, pods: readonly PodFact[]): WorkloadGroup {
  const { namespace = '', owner = null } = pods[0] ?? {};
  const subject = { kind: 'Job', namespace, name: owner?.name ?? '' };
  return { id, subject, controller: null, replicaSets: [], pods, kept: [] };
}
