/** A moment as the API writes it. */
export const at = '2026-11-21T03:08:00Z';
/** A minute later. */
export const later = '2026-11-21T03:09:00Z';

const fieldsOf = (manager: string, subresource?: string) => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: at,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:containers': { '.': {} } } },
  ...(subresource === undefined ? {} : { subresource }),
});

const probe = { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10 };
const tokenMount = {
  name: 'kube-api-access-7xk2p',
  readOnly: true,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};
const ended = {
  exitCode: 1,
  reason: 'Error',
  message: 'panic: no space left on device\n',
  startedAt: at,
  finishedAt: later,
  containerID: 'containerd://9b1f0e6d1f0a4a8bb7f1c7d6a0d3b2c1',
};

/**
 * A pod as an API server 1.36 writes it, with all that strangers put into one: a container that crashes, a sidecar, an
 * init container that has ended; it is being deleted.
 */
export const rawPod = {
  metadata: {
    name: 'web-5d4f8c7b9-abcde',
    generateName: 'web-5d4f8c7b9-',
    namespace: 'shop',
    uid: 'f0b8a6ce-5d4f-4c7b-9abc-de0123456789',
    resourceVersion: '184467',
    generation: 2,
    creationTimestamp: at,
    deletionTimestamp: later,
    deletionGracePeriodSeconds: 30,
    labels: { app: 'web', 'pod-template-hash': '5d4f8c7b9', env: 'production', command: 'serve' },
    annotations: {
      'kubectl.kubernetes.io/restartedAt': at,
      'prometheus.io/scrape': 'true',
      notes: 'words of a stranger, "quoted", {braced}, [bracketed] and \\ escaped; '.repeat(6),
    },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'o1' },
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web-5d4f8c7b9',
        uid: 'o2',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
    finalizers: ['example.com/backup', 'foregroundDeletion'],
    managedFields: [
      fieldsOf('kube-controller-manager'),
      fieldsOf('kube-scheduler', 'binding'),
      fieldsOf('kubelet', 'status'),
    ],
  },
  spec: {
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      {
        name: 'kube-api-access-7xk2p',
        projected: { sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }], defaultMode: 420 },
      },
    ],
    initContainers: [
      {
        name: 'migrate',
        image: 'registry.example/migrate:2',
        command: ['migrate', '--to', 'latest'],
        resources: {},
        volumeMounts: [tokenMount],
        terminationMessagePath: '/dev/termination-log',
        imagePullPolicy: 'IfNotPresent',
      },
      {
        name: 'proxy',
        image: 'registry.example/proxy:3',
        restartPolicy: 'Always',
        resources: { limits: { memory: '16Mi' }, requests: { memory: '16Mi' } },
        volumeMounts: [tokenMount],
      },
    ],
    containers: [
      {
        name: 'web',
        image: 'registry.example/web:1.4@sha256:0123456789abcdef',
        command: ['/bin/web'],
        args: ['--listen', ':8080', '{"not":["json"]}'],
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        envFrom: [{ secretRef: { name: 'web' } }],
        env: [
          { name: 'containers', value: '[{"name":"x"}]' },
          { name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
        ],
        resources: { limits: { cpu: '1', memory: '256Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
        resizePolicy: [{ resourceName: 'memory', restartPolicy: 'NotRequired' }],
        volumeMounts: [{ name: 'data', mountPath: '/data' }, tokenMount],
        livenessProbe: probe,
        readinessProbe: probe,
        startupProbe: probe,
        lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
        terminationMessagePath: '/dev/termination-log',
        imagePullPolicy: 'IfNotPresent',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    serviceAccountName: 'web',
    nodeName: 'nuc0',
    securityContext: { fsGroup: 1000 },
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    schedulerName: 'default-scheduler',
    tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname' }],
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  },
  status: {
    observedGeneration: 2,
    phase: 'Running',
    conditions: [
      { type: 'PodReadyToStartContainers', status: 'True', lastProbeTime: null, lastTransitionTime: at },
      { type: 'Initialized', status: 'True', lastProbeTime: null, lastTransitionTime: at },
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [web]',
        lastProbeTime: null,
        lastTransitionTime: later,
      },
      { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at },
    ],
    hostIP: '192.168.1.10',
    hostIPs: [{ ip: '192.168.1.10' }],
    podIP: '10.42.0.17',
    podIPs: [{ ip: '10.42.0.17' }],
    startTime: at,
    initContainerStatuses: [
      {
        name: 'migrate',
        state: { terminated: { ...ended, exitCode: 0, reason: 'Completed', message: undefined } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image: 'registry.example/migrate:2',
        started: false,
      },
      {
        name: 'proxy',
        state: { running: { startedAt: at } },
        lastState: {},
        ready: true,
        restartCount: 1,
        allocatedResources: { memory: '16Mi' },
        resources: { limits: { memory: '16Mi' } },
        started: true,
      },
    ],
    containerStatuses: [
      {
        name: 'web',
        state: {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: 'back-off 40s restarting failed container=web pod=web-5d4f8c7b9-abcde_shop(f0b8a6ce)',
          },
        },
        lastState: { terminated: ended },
        ready: false,
        restartCount: 3,
        image: 'registry.example/web:1.4',
        imageID: 'registry.example/web@sha256:0123456789abcdef',
        containerID: 'containerd://9b1f0e6d1f0a4a8bb7f1c7d6a0d3b2c1',
        started: false,
        allocatedResources: { cpu: '100m', memory: '64Mi' },
        resources: { limits: { cpu: '1', memory: '256Mi' } },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        user: { linux: { uid: 1000, gid: 1000 } },
      },
    ],
    qosClass: 'Burstable',
  },
};
