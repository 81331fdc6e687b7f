import { rawBackupBySource } from './raw-backups.ts';
import { rawDaemonSet, rawDeployment, rawReplicaSet, rawStatefulSet } from './raw-controllers.ts';
import { at, later, rawPod } from './raw-pod.ts';
import {
  rawCertificate,
  rawEndpointSlice,
  rawGateway,
  rawGatewayClass,
  rawHttpRoute,
  rawIngress,
  rawIngressClass,
  rawIngressRoute,
  rawService,
} from './raw-routes.ts';
import { rawStorageBySource } from './raw-storage.ts';

/** A server whose kubelet has gone quiet. */
export const rawNode = {
  metadata: {
    name: 'nuc0',
    uid: 'u1',
    creationTimestamp: at,
    labels: {
      'node-role.kubernetes.io/control-plane': 'true',
      'node-role.kubernetes.io/etcd': '',
      'node-role.kubernetes.io/': '',
      'kubernetes.io/arch': 'amd64',
    },
  },
  spec: {
    unschedulable: true,
    taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: at }],
  },
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: at,
      },
      { type: 'DiskPressure', status: 'False' },
      { type: 'Odd', status: 'Maybe' },
    ],
    addresses: [
      { type: 'Hostname', address: 'nuc0' },
      { type: 'InternalIP', address: '192.168.1.10' },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    capacity: { cpu: '4', memory: '16251908Ki', pods: '110' },
    allocatable: { cpu: '3800m', memory: '16149508Ki', pods: '110' },
    nodeInfo: {
      kubeletVersion: 'v1.36.4+k3s1',
      osImage: 'Debian',
      containerRuntimeVersion: 'containerd://2.1',
      bootID: 'b1',
    },
  },
};

/** A heartbeat. */
export const rawLease = {
  metadata: { name: 'nuc0', namespace: 'kube-node-lease', uid: 'u3' },
  spec: { renewTime: '2026-11-21T03:08:00.123456Z', leaseDurationSeconds: 40, holderIdentity: 'nuc0' },
};

/** A Warning of the old style. */
export const rawEvent = {
  metadata: { name: 'web-1.17', namespace: 'shop', uid: 'u4' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
  source: { component: 'kubelet', host: 'nuc0' },
  firstTimestamp: at,
  lastTimestamp: later,
  count: 7,
  type: 'Warning',
};

/** An added API that does not answer. */
export const rawApiService = {
  metadata: { name: 'v1beta1.metrics.k8s.io', uid: 'u5' },
  spec: { service: { namespace: 'kube-system', name: 'metrics-server', port: 443 } },
  status: {
    conditions: [
      {
        type: 'Available',
        status: 'False',
        reason: 'MissingEndpoints',
        message: 'no endpoints',
        lastTransitionTime: at,
      },
    ],
  },
};

/** A quota on its way to being used up. */
export const rawResourceQuota = {
  metadata: { name: 'small', namespace: 'shop', uid: 'u6', creationTimestamp: at },
  spec: { hard: { pods: '4', 'requests.memory': '4Gi' } },
  status: { hard: { pods: '4', 'requests.memory': '4Gi' }, used: { pods: '4', 'requests.memory': '3968Mi' } },
};

/** One raw object by the source that brings it; a row of the table of kinds without one is found by the tests. */
export const rawBySource: Readonly<Record<string, Record<string, unknown>>> = {
  nodes: rawNode,
  leases: rawLease,
  apiservices: rawApiService,
  deployments: rawDeployment,
  statefulsets: rawStatefulSet,
  daemonsets: rawDaemonSet,
  replicasets: rawReplicaSet,
  pods: rawPod,
  resourcequotas: rawResourceQuota,
  events: rawEvent,
  services: rawService,
  endpointslices: rawEndpointSlice,
  ingressclasses: rawIngressClass,
  gatewayclasses: rawGatewayClass,
  ingresses: rawIngress,
  gateways: rawGateway,
  httproutes: rawHttpRoute,
  ingressroutes: rawIngressRoute,
  certificates: rawCertificate,
  ...rawStorageBySource,
  ...rawBackupBySource,
};
