import type { Snapshot } from '#server/engine/snapshot.ts';
import { drain, type Turn } from '#server/engine/turn.ts';
import type { DaemonSetFact } from '#server/facts/daemon-set.ts';
import type { DeploymentFact } from '#server/facts/deployment.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { ReplicaSetFact } from '#server/facts/replica-set.ts';
import type { StatefulSetFact } from '#server/facts/stateful-set.ts';
import type { Subject } from '#shared/finding.ts';
import { gatherGroups, nothingGathered, type Gathering, type WorkloadFacts } from './gather-groups.ts';

/**
 * One thing that runs, as its owner knows it: a controller with its pods, or a pod that stands alone. The same object from
 * snapshot to snapshot while nothing of it changes.
 */
export interface WorkloadGroup {
  /** `Deployment/media/jellyfin`: its subject as a text. */
  id: string;
  /** `Deployment/media/jellyfin`, never its ReplicaSet; `Pod/...` for a bare or static pod. */
  subject: Subject;
  /** Null for a bare pod, an owner of a kind that is not watched, or one that is not (yet) seen. */
  controller: DeploymentFact | StatefulSetFact | DaemonSetFact | ReplicaSetFact | null;
  /** Those of a Deployment that have or want pods. */
  replicaSets: readonly ReplicaSetFact[];
  /** Its pods without what is left over of pods (finished, evicted), mostly in the order of the API. */
  pods: readonly PodFact[];
  /** What has been worked out of it, by `perGroup` alone. */
  kept: unknown[];
}

/** What was gathered of a map of pods. The checks of an area all ask for the groups of one snapshot. */
const gathered = new WeakMap<WorkloadFacts['pod'], Gathering>();

/**
 * What was gathered last with a fact: facts that do not change are the same from snapshot to snapshot, so that the first
 * ones lead to what was gathered before, of whichever cluster.
 */
const gatheredWith = new WeakMap<object, Gathering>();
const firstOnes = 4;

/** All workloads by the id of their subject (`Deployment/media/jellyfin`). Pods of Jobs are the business of another area. */
export function workloadGroups(snapshot: Snapshot): Gathering['groups'] {
  return gatheringOf(snapshot).groups;
}

/** All workloads as a list: every check walks through them each second, and a walk through a map leaves much behind. */
export function allWorkloads(snapshot: Snapshot): readonly WorkloadGroup[] {
  return gatheringOf(snapshot).all;
}

/** Gathers them in pieces, so that whoever asks for them later finds them gathered. */
export function* gatherWorkloads(snapshot: Snapshot): Turn {
  yield* gather(factsOf(snapshot));
}

function gatheringOf(snapshot: Snapshot): Gathering {
  const facts = factsOf(snapshot);
  const before = gathered.get(facts.pod);
  return before !== undefined && sameFacts(before.facts, facts) ? before : drain(gather(facts));
}

function* gather(facts: WorkloadFacts): Turn<Gathering> {
  const before = gathered.get(facts.pod);
  if (before !== undefined && sameFacts(before.facts, facts)) return before;
  const gathering = yield* gatherGroups(before ?? gatheredBefore(facts) ?? nothingGathered, facts);
  gathered.set(facts.pod, gathering);
  for (const fact of leading(facts)) gatheredWith.set(fact, gathering);
  return gathering;
}

function factsOf(snapshot: Snapshot): WorkloadFacts {
  return {
    pod: snapshot.facts('pod'),
    replicaSet: snapshot.facts('replicaSet'),
    deployment: snapshot.facts('deployment'),
    statefulSet: snapshot.facts('statefulSet'),
    daemonSet: snapshot.facts('daemonSet'),
  };
}

function sameFacts(a: WorkloadFacts, b: WorkloadFacts): boolean {
  return (Object.keys(a) as (keyof WorkloadFacts)[]).every((kind) => a[kind] === b[kind]);
}

function gatheredBefore(facts: WorkloadFacts): Gathering | undefined {
  for (const fact of leading(facts)) {
    const before = gatheredWith.get(fact);
    if (before !== undefined) return before;
  }
  return undefined;
}

function leading(facts: WorkloadFacts): object[] {
  const leaders: object[] = [];
  for (const map of [facts.pod, facts.deployment, facts.daemonSet]) {
    let left = firstOnes;
    for (const fact of map.values()) {
      leaders.push(fact);
      left -= 1;
      if (left === 0) break;
    }
  }
  return leaders;
}
