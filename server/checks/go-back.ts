import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { changeable } from './run-place.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/**
 * Back to the version before, with `words` of when to. None where no older version is seen: of a first roll-out kubectl has
 * no history to go back in.
 */
export function goBackStep(group: WorkloadGroup, words: string): Step[] {
  const { subject } = group;
  const target = changeable(subject);
  if (target === null || !hasOlderVersion(group)) return [];
  return [{ say: words, command: command`kubectl -n ${subject.namespace ?? ''} rollout undo ${target}` }];
}

/** True if two versions are seen beside each other: two ReplicaSets with or wanting pods, or a StatefulSet between two revisions. */
function hasOlderVersion({ subject, controller, replicaSets }: WorkloadGroup): boolean {
  if (subject.kind === 'Deployment') return replicaSets.length > 1;
  return controller !== null && 'rollingOut' in controller && controller.rollingOut;
}
