import type { Snapshot } from '#server/engine/snapshot.ts';
import type { DaemonSetFact } from '#server/facts/daemon-set.ts';
import type { DeploymentFact } from '#server/facts/deployment.ts';
import type { Owner } from '#server/facts/owner.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { ReplicaSetFact } from '#server/facts/replica-set.ts';
import type { StatefulSetFact } from '#server/facts/stateful-set.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { leftOver } from './left-over.ts';

/**
 * One thing that runs, as its owner knows it: a controller with its pods, or a pod that stands alone. The same object from
 * snapshot to snapshot while nothing of it changes.
 */
export interface WorkloadGroup {
  /** `Deployment/media/jellyfin`, never its ReplicaSet; `Pod/...` for a bare or static pod. */
  subject: Subject;
  /** Null for a bare pod, an owner of a kind that is not watched, or one that is not (yet) seen. */
  controller: DeploymentFact | StatefulSetFact | DaemonSetFact | ReplicaSetFact | null;
  /** Those of a Deployment that have or want pods. */
  replicaSets: readonly ReplicaSetFact[];
  /** Its pods without what is left over of pods (finished, evicted), in the order of the API. */
  pods: readonly PodFact[];
}

/** What stands in a group while it is being gathered. */
interface Gathered {
  subject: Subject;
  controller: WorkloadGroup['controller'];
  replicaSets: ReplicaSetFact[];
  pods: PodFact[];
}

const kept = new WeakMap<ReadonlyMap<string, PodFact>, { of: readonly object[]; groups: Groups }>();

type Groups = ReadonlyMap<string, WorkloadGroup>;

/** All workloads by the id of their subject (`Deployment/media/jellyfin`). Pods of Jobs are the business of another area. */
export function workloadGroups(snapshot: Snapshot): Groups {
  const pods = snapshot.facts('pod');
  const of = [
    ...[snapshot.facts('deployment'), snapshot.facts('statefulSet'), snapshot.facts('daemonSet')],
    snapshot.facts('replicaSet'),
  ];
  const before = kept.get(pods);
  // The checks of an area all ask for the groups of one snapshot.
  if (before?.of.every((facts, i) => facts === of[i]) === true) return before.groups;
  const groups = gather(snapshot);
  kept.set(pods, { of, groups });
  return groups;
}

function gather(snapshot: Snapshot): Groups {
  const groups = new Map<string, Gathered>();
  const groupOf = (subject: Subject): Gathered => {
    const id = subjectId(subject);
    const group = groups.get(id) ?? { subject, controller: null, replicaSets: [], pods: [] };
    groups.set(id, group);
    return group;
  };
  const controllers = { Deployment: 'deployment', StatefulSet: 'statefulSet', DaemonSet: 'daemonSet' } as const;
  for (const [kind, factKind] of Object.entries(controllers)) {
    for (const fact of snapshot.facts(factKind).values()) {
      groupOf({ kind, namespace: fact.namespace, name: fact.name }).controller = fact;
    }
  }
  const replicaSets = snapshot.facts('replicaSet');
  for (const fact of replicaSets.values()) {
    const group = groupOf(subjectOf(fact.owner ?? { kind: 'ReplicaSet', name: fact.name }, fact.namespace));
    group.replicaSets.push(fact);
    if (fact.owner === null) group.controller = fact;
  }
  for (const pod of snapshot.facts('pod').values()) {
    if (pod.owner?.kind !== 'Job' && !leftOver(pod)) groupOf(workloadSubject(pod, replicaSets)).pods.push(pod);
  }
  return groups;
}

/** Whose pod it is, as its owner knows it. */
export function workloadSubject(pod: PodFact, replicaSets: ReadonlyMap<string, ReplicaSetFact>): Subject {
  const { owner, namespace, name, templateHash } = pod;
  if (owner === null) return { kind: 'Pod', namespace, name };
  if (owner.kind !== 'ReplicaSet') return subjectOf(owner, namespace);
  const replicaSet = replicaSets.get(`${namespace}/${owner.name}`);
  if (replicaSet !== undefined) return subjectOf(replicaSet.owner ?? owner, namespace);
  // Without the right to see ReplicaSets, or before they are listed: a Deployment names them after itself and the hash.
  const suffix = `-${templateHash}`;
  const isOfDeployment = templateHash !== '' && owner.name.endsWith(suffix) && owner.name !== suffix;
  return subjectOf(
    isOfDeployment ? { kind: 'Deployment', name: owner.name.slice(0, -suffix.length) } : owner,
    namespace,
  );
}

function subjectOf({ kind, name }: Owner, namespace: string): Subject {
  return { kind, namespace, name };
}
