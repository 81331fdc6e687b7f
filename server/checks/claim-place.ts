import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId } from '#shared/finding.ts';
import { workloadGroups } from './workload-groups.ts';
import { workloadSubject } from './workload-subject.ts';

/** Where a claim stands in a container of a pod. */
export interface ClaimPlace {
  container: string;
  path: string;
}

/** Where a pod has a claim mounted, as the template of its controller tells; null where that is not known. */
export function claimPlace(claim: string, pod: PodFact, snapshot: Snapshot): ClaimPlace | null {
  const group = workloadGroups(snapshot).get(subjectId(workloadSubject(pod, snapshot.facts('replicaSet'))));
  const template = group?.controller?.template ?? null;
  // A StatefulSet's own claims are called after its pods: `data` of `gitea-0` is the claim `data-gitea-0`.
  const volume = template?.volumes.find(
    ({ is, what }) => is === 'claim' && (what === claim || `${what}-${pod.name}` === claim),
  );
  if (template === null || volume === undefined) return null;
  const running = new Set(pod.containers.filter(({ role }) => role === 'main').map(({ name }) => name));
  for (const { name, mounts } of template.containers) {
    const mount = running.has(name) ? mounts.find((each) => each.volume === volume.name) : undefined;
    if (mount !== undefined) return { container: name, path: mount.path };
  }
  return null;
}
