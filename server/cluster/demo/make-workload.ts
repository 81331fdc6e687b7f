import { labelsOf, makeContainer, planContainer, type Revision, type Template } from './make-pod.ts';
import { claimTemplatesOf, volumesOf } from './pod-volumes.ts';
import type { Random } from './random.ts';
import { rawTime, type Metadata, type OwnerReference } from './raw-objects.ts';
import type {
  RawDaemonSet,
  RawDeployment,
  RawReplicaSet,
  RawResourceQuota,
  RawStatefulSet,
  RawTemplate,
} from './raw-workloads.ts';
import type { Quota, Workload } from './workloads.ts';

/** How many pods a Deployment or StatefulSet is to have. */
export function replicasOf(workload: Workload): number {
  return workload.on?.length ?? 1;
}

/** A Deployment of which its controller has seen nothing yet. */
export function makeDeployment(workload: Workload, random: Random, createdAt: number): RawDeployment {
  const metadata = metadataOf(workload, random, createdAt);
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };
  return {
    metadata: { ...metadata, annotations: { [REVISION]: '1' } },
    spec: {
      replicas: replicasOf(workload),
      selector: { matchLabels: labelsOf(workload) },
      template: makeTemplate(workload, {}),
      strategy: workload.recreate ? { type: 'Recreate' } : rolling,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: workload.deadlineSeconds ?? 600,
    },
    status: {},
  };
}

/** One revision of a Deployment: the newest has the highest number. */
export function makeReplicaSet(
  workload: Workload,
  deployment: RawDeployment,
  { hash, template }: Omit<Revision, 'owner'>,
  random: Random,
  createdAt: number,
): RawReplicaSet {
  const labels = { ...labelsOf(workload), 'pod-template-hash': hash };
  const revision = deployment.metadata.annotations?.[REVISION] ?? '1';
  const whole = makeTemplate(workload, template);
  return {
    metadata: {
      ...metadataOf({ ...workload, name: `${workload.name}-${hash}` }, random, createdAt),
      labels,
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(deployment.spec.replicas),
        'deployment.kubernetes.io/max-replicas': String(deployment.spec.replicas + (workload.recreate ? 0 : 1)),
        [REVISION]: revision,
      },
      ownerReferences: [referenceTo('Deployment', deployment.metadata)],
    },
    spec: {
      replicas: deployment.spec.replicas,
      selector: { matchLabels: labels },
      template: { ...whole, metadata: { labels } },
    },
    status: { replicas: 0 },
  };
}

export function makeStatefulSet(workload: Workload, hash: string, random: Random, createdAt: number): RawStatefulSet {
  const revision = `${workload.name}-${hash}`;
  const claims = claimTemplatesOf(workload);
  return {
    metadata: metadataOf(workload, random, createdAt),
    spec: {
      replicas: replicasOf(workload),
      selector: { matchLabels: labelsOf(workload) },
      template: makeTemplate(workload, {}),
      ...(claims.length === 0 ? {} : { volumeClaimTemplates: claims }),
      serviceName: workload.name,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    },
    status: {
      replicas: 0,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
      availableReplicas: 0,
    },
  };
}

export function makeDaemonSet(workload: Workload, random: Random, createdAt: number): RawDaemonSet {
  const metadata = metadataOf(workload, random, createdAt);
  return {
    metadata: { ...metadata, annotations: { 'deprecated.daemonset.template.generation': '1' } },
    spec: {
      selector: { matchLabels: labelsOf(workload) },
      template: makeTemplate(workload, {}),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  };
}

export function makeQuota({ namespace, name, hard }: Quota, random: Random, createdAt: number): RawResourceQuota {
  const { generation: _none, labels: _no, ...metadata } = metadataOf({ namespace, name }, random, createdAt);
  return { metadata, spec: { hard }, status: { hard, used: {} } };
}

/** The pods that a workload wants now. */
export function makeTemplate(workload: Workload, template: Template): RawTemplate {
  const volumes = volumesOf(workload);
  return {
    metadata: { labels: labelsOf(workload) },
    spec: {
      ...(volumes.length === 0 ? {} : { volumes }),
      containers: [makeContainer(planContainer(workload, template))],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
  };
}

/** A controlling owner, as its objects name it. */
export function referenceTo(kind: string, { name, uid }: Metadata): OwnerReference {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Where Deployments and ReplicaSets number their revisions. */
export const REVISION = 'deployment.kubernetes.io/revision';

function metadataOf({ namespace, name }: Pick<Workload, 'namespace' | 'name'>, random: Random, createdAt: number) {
  return {
    name,
    namespace,
    uid: random.uid(),
    resourceVersion: '',
    generation: 1,
    creationTimestamp: rawTime(createdAt),
    labels: { 'app.kubernetes.io/name': name },
  };
}
