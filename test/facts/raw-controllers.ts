import type { PodTemplate } from '#server/facts/pod-template.ts';
import { at, later } from './raw-pod.ts';

const labels = { app: 'web' };
const template = {
  metadata: { labels, annotations: { 'kubectl.kubernetes.io/restartedAt': at }, creationTimestamp: null },
  spec: {
    initContainers: [{ name: 'prepare', image: 'registry.example/prepare:2', command: ['sh', '-c', 'true'] }],
    containers: [
      {
        name: 'web',
        image: 'registry.example/web:1.4',
        args: ['--verbose'],
        env: [
          { name: 'A', value: 'b' },
          { name: 'REGISTRY_STORAGE_S3_BUCKET', value: 'images' },
          { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 's3', key: 'secret' } } },
        ],
        envFrom: [{ configMapRef: { name: 'web' } }],
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m' } },
        livenessProbe: { httpGet: { path: '/', port: 'http' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        securityContext: { readOnlyRootFilesystem: true },
        volumeMounts: [
          { name: 'data', mountPath: '/var/lib/registry' },
          { name: 'config', mountPath: '/etc/web', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'web-data' } },
      { name: 'config', configMap: { name: 'web', items: [{ key: 'a', path: 'a' }] } },
      { name: 'scratch', emptyDir: {} },
      { name: 'node', hostPath: { path: '/srv/web', type: 'Directory' } },
    ],
    nodeSelector: { 'kubernetes.io/hostname': 'nuc0' },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }],
        },
      },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: {} } },
        ],
      },
    },
    tolerations: [{ key: 'a', operator: 'Exists' }],
    imagePullSecrets: [{ name: 'registry' }],
    securityContext: { runAsNonRoot: true },
  },
};

/** That template as a fact. */
export const templateFact: PodTemplate = {
  labels: { app: 'web' },
  containers: [
    { name: 'prepare', image: 'registry.example/prepare:2', variables: [], mounts: [] },
    {
      name: 'web',
      image: 'registry.example/web:1.4',
      variables: ['REGISTRY_STORAGE_S3_BUCKET', 'AWS_SECRET_ACCESS_KEY'],
      mounts: [
        { volume: 'data', path: '/var/lib/registry', readOnly: false },
        { volume: 'config', path: '/etc/web', readOnly: true },
      ],
    },
  ],
  volumes: [
    { name: 'data', is: 'claim', what: 'web-data' },
    { name: 'config', is: 'files', what: '' },
    { name: 'scratch', is: 'empty', what: '' },
    { name: 'node', is: 'host', what: '/srv/web' },
  ],
  pinned: true,
};

function metadata(name: string, more: Record<string, unknown> = {}) {
  return {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: '184467',
    generation: 3,
    creationTimestamp: at,
    labels,
    annotations: { 'deployment.kubernetes.io/revision': '3' },
    managedFields: [{ manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { 'f:status': {} } }],
    ...more,
  };
}

/** A Deployment of four in the middle of a roll-out that is stuck, its pods refused by a quota. */
export const rawDeployment = {
  metadata: metadata('web'),
  spec: {
    replicas: 4,
    selector: { matchLabels: labels },
    template,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  },
  status: {
    observedGeneration: 3,
    replicas: 5,
    updatedReplicas: 2,
    readyReplicas: 3,
    availableReplicas: 3,
    unavailableReplicas: 2,
    terminatingReplicas: 0,
    conditions: [
      {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
        lastUpdateTime: at,
        lastTransitionTime: at,
      },
      {
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: 'ReplicaSet "web-5d4f8c7b9" has timed out progressing.',
        lastUpdateTime: later,
        lastTransitionTime: at,
      },
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "web-5d4f8c7b9-" is forbidden: exceeded quota: small',
        lastUpdateTime: later,
        lastTransitionTime: later,
      },
    ],
  },
};

/** A StatefulSet of two whose second pod is being renewed. */
export const rawStatefulSet = {
  metadata: metadata('database'),
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template,
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }],
    serviceName: 'database',
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  },
  status: {
    observedGeneration: 3,
    replicas: 2,
    readyReplicas: 1,
    currentReplicas: 1,
    updatedReplicas: 1,
    availableReplicas: 1,
    currentRevision: 'database-6c8d',
    updateRevision: 'database-7f9b',
    collisionCount: 0,
  },
};

/** A DaemonSet for three nodes, ready on two, and on one where it should not be. */
export const rawDaemonSet = {
  metadata: metadata('agent', { namespace: 'kube-system' }),
  spec: {
    selector: { matchLabels: labels },
    template,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  },
  status: {
    currentNumberScheduled: 3,
    numberMisscheduled: 1,
    desiredNumberScheduled: 3,
    numberReady: 2,
    observedGeneration: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 2,
    numberUnavailable: 1,
  },
};

/** The newest ReplicaSet of the Deployment, whose pods are refused. */
export const rawReplicaSet = {
  metadata: metadata('web-5d4f8c7b9', {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true }],
  }),
  spec: { replicas: 4, selector: { matchLabels: labels }, template },
  status: {
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 1,
    availableReplicas: 1,
    observedGeneration: 3,
    conditions: [
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "web-5d4f8c7b9-" is forbidden: exceeded quota: small',
        lastTransitionTime: later,
      },
    ],
  },
};
