import { REVISION } from './make-workload.ts';
import { rawTime, type RawNode, type RawPod } from './raw-objects.ts';
import type {
  RawDaemonSet,
  RawDeployment,
  RawReplicaSet,
  RawResourceQuota,
  RawStatefulSet,
  RawWorkloadCondition,
} from './raw-workloads.ts';

/** What its controller writes of a ReplicaSet. `refusal` is why no pod can be created, null if nothing is in the way. */
export function replicaSetStatus(
  { metadata, status }: RawReplicaSet,
  pods: readonly RawPod[],
  refusal: string | null,
  now: number,
): RawReplicaSet['status'] {
  const active = pods.filter(isActive);
  const ready = active.filter(isReady).length;
  const known = status.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal ?? '' };
  return {
    replicas: active.length,
    ...some('fullyLabeledReplicas', active.length),
    ...some('readyReplicas', ready),
    ...some('availableReplicas', ready),
    terminatingReplicas: pods.length - active.length,
    observedGeneration: metadata.generation ?? 1,
    ...(refusal === null ? {} : { conditions: [settled(known, failure, now)] }),
  };
}

/** What its controller writes of a Deployment, from what it has written of its ReplicaSets. */
export function deploymentStatus(
  deployment: RawDeployment,
  replicaSets: readonly RawReplicaSet[],
  now: number,
): RawDeployment['status'] {
  const newest = newestOf(replicaSets);
  const sum = (count: (status: RawReplicaSet['status']) => number | undefined) =>
    replicaSets.reduce((total, { status }) => total + (count(status) ?? 0), 0);
  const replicas = sum((status) => status.replicas);
  const available = sum((status) => status.availableReplicas);
  const updated = newest?.status.replicas ?? 0;
  const counts = {
    ...some('replicas', replicas),
    ...some('updatedReplicas', updated),
    ...some(
      'readyReplicas',
      sum((status) => status.readyReplicas),
    ),
    ...some('availableReplicas', available),
    ...some('unavailableReplicas', Math.max(0, deployment.spec.replicas - available, replicas - available)),
    terminatingReplicas: sum((status) => status.terminatingReplicas),
  };
  const failure = newest?.status.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const known = (type: string) => deployment.status.conditions?.find((condition) => condition.type === type);
  const isComplete = [replicas, updated, available].every((count) => count === deployment.spec.replicas);
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...counts,
    conditions: [
      updatedAt(known('Available'), availability(available >= deployment.spec.replicas), now),
      progress(known('Progressing'), deployment, newest, { isComplete, isRolling: replicas !== updated }, now),
      ...(failure ? [updatedAt(known('ReplicaFailure'), failure, now)] : []),
    ],
  };
}

/** What its controller writes of a StatefulSet of one pod. */
export function statefulSetStatus(statefulSet: RawStatefulSet, pods: readonly RawPod[]): RawStatefulSet['status'] {
  const { currentRevision, updateRevision, collisionCount } = statefulSet.status;
  const of = (revision: string) =>
    pods.filter(({ metadata }) => metadata.labels?.['controller-revision-hash'] === revision).length;
  const ready = pods.filter(isReady).length;
  return {
    observedGeneration: statefulSet.metadata.generation ?? 1,
    replicas: pods.length,
    ...some('readyReplicas', ready),
    ...some('currentReplicas', of(currentRevision)),
    ...some('updatedReplicas', of(updateRevision)),
    currentRevision,
    updateRevision,
    collisionCount,
    availableReplicas: ready,
  };
}

/** What its controller writes of a DaemonSet: it wants a pod on every node. */
export function daemonSetStatus(
  { metadata }: RawDaemonSet,
  pods: readonly RawPod[],
  nodes: readonly RawNode[],
): RawDaemonSet['status'] {
  const names = new Set(nodes.map((node) => node.metadata.name));
  const placed = pods.filter(({ spec }) => names.has(spec.nodeName ?? ''));
  const ready = placed.filter(isReady).length;
  return {
    currentNumberScheduled: placed.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: names.size,
    numberReady: ready,
    observedGeneration: metadata.generation ?? 1,
    ...some('updatedNumberScheduled', placed.length),
    ...some('numberAvailable', ready),
    ...some('numberUnavailable', names.size - ready),
  };
}

/** What the quota's controller counts: pods that have not ended, and the memory they ask for. */
export function quotaStatus({ spec }: RawResourceQuota, pods: readonly RawPod[]): RawResourceQuota['status'] {
  const counted = pods.filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed');
  const mebibytes = counted.reduce((sum, pod) => sum + mebibytesOf(pod), 0);
  const used = { pods: String(counted.length), 'requests.memory': mebibytes === 0 ? '0' : `${mebibytes}Mi` };
  return { hard: spec.hard, used: Object.fromEntries(Object.entries(used).filter(([name]) => name in spec.hard)) };
}

/** Whether its Ready condition is True. */
export function isReady({ status }: RawPod): boolean {
  return status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

function isActive({ metadata, status }: RawPod): boolean {
  return metadata.deletionTimestamp === undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

function newestOf(replicaSets: readonly RawReplicaSet[]): RawReplicaSet | undefined {
  const revision = ({ metadata }: RawReplicaSet) => Number(metadata.annotations?.[REVISION]);
  return replicaSets.toSorted((one, other) => revision(other) - revision(one))[0];
}

function availability(isAvailable: boolean) {
  return isAvailable
    ? {
        ...{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        message: 'Deployment has minimum availability.',
      }
    : {
        ...{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
        message: 'Deployment does not have minimum availability.',
      };
}

/** As the Deployment controller tells it: a roll-out that was complete stays so until the template changes. */
function progress(
  known: RawWorkloadCondition | undefined,
  { spec }: RawDeployment,
  newest: RawReplicaSet | undefined,
  { isComplete, isRolling }: { isComplete: boolean; isRolling: boolean },
  now: number,
): RawWorkloadCondition {
  const name = newest?.metadata.name ?? '';
  const isOfNewest = known?.message?.includes(`"${name}"`) === true;
  const told = (status: string, reason: string, message: string) =>
    settled(known, { type: 'Progressing', status, reason, message: `ReplicaSet "${name}" ${message}` }, now);
  if (known && isOfNewest && known.reason === 'NewReplicaSetAvailable' && !isRolling) return known;
  if (isComplete) return told('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
  if (known && isOfNewest && known.status === 'False') return known;
  const isOverdue = now - Date.parse(known?.lastUpdateTime ?? rawTime(now)) >= spec.progressDeadlineSeconds * 1000;
  if (isOfNewest && isOverdue) return told('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
  const condition = told('True', 'ReplicaSetUpdated', 'is progressing.');
  return known && isOfNewest ? { ...condition, lastUpdateTime: known.lastUpdateTime ?? rawTime(now) } : condition;
}

/** A condition with its times: what says the same keeps them. */
function settled(
  known: RawWorkloadCondition | undefined,
  { type, status, reason, message }: Omit<RawWorkloadCondition, 'lastTransitionTime'>,
  now: number,
): RawWorkloadCondition {
  const at = rawTime(now);
  const since = known && known.status === status ? known.lastTransitionTime : at;
  const isSame = known !== undefined && known.reason === reason && known.message === message;
  if (type === 'ReplicaFailure') return { type, status, lastTransitionTime: since, ...saying(reason, message) };
  const lastUpdateTime = isSame ? (known.lastUpdateTime ?? at) : at;
  return { type, status, lastUpdateTime, lastTransitionTime: since, ...saying(reason, message) };
}

/** The same for a condition of a Deployment, which always says when it was last updated. */
function updatedAt(
  known: RawWorkloadCondition | undefined,
  wanted: Omit<RawWorkloadCondition, 'lastTransitionTime'>,
  now: number,
): RawWorkloadCondition {
  const { lastTransitionTime, ...rest } = settled(known, wanted, now);
  const { type, status, reason, message } = rest;
  const lastUpdateTime = rest.lastUpdateTime ?? lastTransitionTime;
  return { type, status, lastUpdateTime, lastTransitionTime, ...saying(reason, message) };
}

function saying(reason: string | undefined, message: string | undefined) {
  return { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
}

/** A count as the API writes it: 0 is left out. */
function some<K extends string>(name: K, count: number): { [key in K]?: number } {
  return (count > 0 ? { [name]: count } : {}) as { [key in K]?: number };
}

function mebibytesOf({ spec }: RawPod): number {
  const { requests } = (spec.containers[0]?.resources ?? {}) as { requests?: { memory?: string } };
  const [, count = '0', unit] = /^(\d+)(Mi|Gi)$/.exec(requests?.memory ?? '') ?? [];
  return Number(count) * (unit === 'Gi' ? 1024 : 1);
}
