import type { Owner } from '#server/facts/owner.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { ReplicaSetFact } from '#server/facts/replica-set.ts';
import type { Subject } from '#shared/finding.ts';

/** Whose pod it is, as its owner knows it. */
export function workloadSubject(pod: PodFact, replicaSets: ReadonlyMap<string, ReplicaSetFact>): Subject {
  const { owner, namespace, name, templateHash } = pod;
  if (owner === null) return { kind: 'Pod', namespace, name };
  if (owner.kind !== 'ReplicaSet') return subjectOf(owner, namespace);
  const replicaSet = replicaSets.get(`${namespace}/${owner.name}`);
  if (replicaSet !== undefined) return replicaSetSubject(replicaSet);
  // Without the right to see ReplicaSets, or before they are listed: a Deployment names them after itself and the hash.
  const suffix = `-${templateHash}`;
  const isOfDeployment = templateHash !== '' && owner.name.endsWith(suffix) && owner.name !== suffix;
  return subjectOf(
    isOfDeployment ? { kind: 'Deployment', name: owner.name.slice(0, -suffix.length) } : owner,
    namespace,
  );
}

/** Whose ReplicaSet it is: mostly a Deployment's, else its own. */
export function replicaSetSubject({ owner, namespace, name }: ReplicaSetFact): Subject {
  return subjectOf(owner ?? { kind: 'ReplicaSet', name }, namespace);
}

function subjectOf({ kind, name }: Owner, namespace: string): Subject {
  return { kind, namespace, name };
}
