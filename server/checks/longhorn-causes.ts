import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { claimSubjectOf } from './claim-use.ts';
import { longhornVolumeOf, replicasOf } from './longhorn-replicas.ts';
import { perGroup } from './per-group.ts';
import { nodeSubject } from './subjects.ts';
import { workloadGroups } from './workload-groups.ts';

/** A node that is down explains Longhorn volumes whose missing replicas are there, and that Longhorn does not reach its disks. */
export const explainsItsReplicas: Explains = {
  checks: ['storage/longhorn-volume', 'storage/longhorn-disk'],
  about: nodeOfReplicas,
  when: (cause, effect, snapshot) => counts(cause) && nodeOfReplicas(effect, snapshot) === subjectId(cause.subject),
};

/** The node as the id of a subject: of a disk its own; of a volume the one of all that is missing, or of several the first that is not ready. */
function nodeOfReplicas({ check, subject }: Effect, snapshot: Snapshot): string | null {
  if (check === 'storage/longhorn-disk') return subjectId(nodeSubject(subject.name));
  const nodes = missingPlaces(subject, snapshot).map(({ node }) => node);
  const [first, ...others] = [...new Set(nodes)].sort();
  if (first === undefined || others.length === 0) return first === undefined ? null : subjectId(nodeSubject(first));
  const down = [first, ...others].filter(
    (name) => snapshot.facts('node').get(name)?.conditions['Ready']?.status !== 'True',
  );
  return down[0] === undefined ? null : subjectId(nodeSubject(down[0]));
}

/** A disk that is not there, or that fails, explains volumes whose missing replicas all are on it. */
export const explainsReplicasOnIt: Explains = {
  checks: ['storage/longhorn-volume'],
  when(cause, { subject }, snapshot) {
    if (cause.level !== 'bad') return false;
    const { namespace = '', name } = cause.subject;
    const node = snapshot.facts('longhornNode').get(`${namespace}/${name}`);
    const path = withoutSlash(node?.disks.find((disk) => disk.name === cause.key)?.path ?? '');
    const missing = missingPlaces(subject, snapshot);
    return (
      missing.length > 0 &&
      path !== '' &&
      missing.every((each) => each.node === name && withoutSlash(each.diskPath) === path)
    );
  },
};

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

function missingPlaces(subject: Subject, snapshot: Snapshot) {
  const volume = longhornVolumeOf(subject, snapshot);
  return volume === undefined ? [] : replicasOf(volume, snapshot).missing.filter(({ node }) => node !== '');
}

/** A volume that is faulted explains what is wrong with the workloads whose pods want it. */
export const faultedExplainsPods: Explains = {
  checks: ['workloads/*'],
  when: (cause, { subject }, snapshot) => {
    if (cause.level !== 'bad') return false;
    const group = workloadGroups(snapshot).get(subjectId(subject));
    return group !== undefined && claimsOfPods(group).has(subjectId(cause.subject));
  },
};

/** The claims of all pods of a workload, as ids of subjects. */
const claimsOfPods = perGroup<ReadonlySet<string>>(
  ({ pods }) =>
    new Set(
      pods.flatMap(({ namespace, claims }) => claims.map((name) => subjectId(claimSubjectOf(`${namespace}/${name}`)))),
    ),
);

/** It explains that it cannot be mounted. */
export const faultedExplainsMounts: Explains = {
  checks: ['storage/mount-failing', 'storage/read-only'],
  about: ({ subject }) => subjectId(subject),
  when: (cause, effect) => cause.level === 'bad' && subjectId(cause.subject) === subjectId(effect.subject),
};

function counts({ level }: Verdict): boolean {
  return level === 'bad' || level === 'warn';
}
