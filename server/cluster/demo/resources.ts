import type { RawApiService, RawEvent, RawLease, RawNamespace, RawNode, RawPod } from './raw-objects.ts';
import type { RawCustom, RawCronJob } from './raw-custom.ts';
import type { RawEndpointSlice, RawGatewayClass, RawIngressClass, RawService } from './raw-services.ts';
import type {
  RawPersistentVolume,
  RawPersistentVolumeClaim,
  RawStorageClass,
  RawVolumeAttachment,
} from './raw-storage.ts';
import type { RawCertificate, RawGateway, RawHttpRoute, RawIngress, RawIngressRoute } from './raw-web.ts';
import type { RawDaemonSet, RawDeployment, RawReplicaSet, RawResourceQuota, RawStatefulSet } from './raw-workloads.ts';

/** Type of the objects of each resource that the demo's API server has. */
export interface ObjectsOf {
  namespaces: RawNamespace;
  nodes: RawNode;
  pods: RawPod;
  events: RawEvent;
  leases: RawLease;
  apiservices: RawApiService;
  deployments: RawDeployment;
  statefulsets: RawStatefulSet;
  daemonsets: RawDaemonSet;
  replicasets: RawReplicaSet;
  resourcequotas: RawResourceQuota;
  services: RawService;
  endpointslices: RawEndpointSlice;
  ingressclasses: RawIngressClass;
  gatewayclasses: RawGatewayClass;
  ingresses: RawIngress;
  gateways: RawGateway;
  httproutes: RawHttpRoute;
  ingressroutes: RawIngressRoute;
  certificates: RawCertificate;
  persistentvolumes: RawPersistentVolume;
  persistentvolumeclaims: RawPersistentVolumeClaim;
  storageclasses: RawStorageClass;
  volumeattachments: RawVolumeAttachment;
  cronjobs: RawCronJob;
  etcdsnapshotfiles: RawCustom;
  longhornvolumes: RawCustom;
  longhornreplicas: RawCustom;
  longhornnodes: RawCustom;
  longhornbackups: RawCustom;
  longhornbackupvolumes: RawCustom;
  longhornbackuptargets: RawCustom;
  longhornrecurringjobs: RawCustom;
  cephclusters: RawCustom;
  cephblockpools: RawCustom;
}

export type ResourceName = keyof ObjectsOf;

/** One resource of the API. */
export interface Resource {
  /** "" is the core API. */
  group: string;
  version: string;
  kind: string;
  namespaced: boolean;
  /** As it stands in paths, where two groups have one of the same name; else its name here. */
  plural?: string;
  /** Nobody has heard of it before its first object is there: what installs it comes and goes. */
  comesAndGoes?: true;
  /** What an object without values looks like, as it stands in a bookmark. */
  blank: object;
  /** Field selectors that are understood besides `metadata.name` and `metadata.namespace`, and their paths. */
  fields: readonly string[];
  /** Of a CustomResourceDefinition: each item of a list says itself what it is. */
  custom?: true;
}

const NO_NODE_INFO = Object.fromEntries(
  'machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion kubeProxyVersion operatingSystem architecture'
    .split(' ')
    .map((name) => [name, '']),
);

const TEMPLATED = { selector: null, template: { metadata: {}, spec: { containers: null } } };

/** All resources. Whoever adds one adds its objects' type above. */
export const resources: Record<ResourceName, Resource> = {
  namespaces: { ...core('Namespace', false), blank: { spec: {}, status: {} }, fields: ['status.phase'] },
  nodes: {
    ...core('Node', false),
    blank: { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: NO_NODE_INFO } },
    fields: ['spec.unschedulable'],
  },
  pods: {
    ...core('Pod', true),
    blank: { spec: { containers: null }, status: {} },
    fields: ['spec.nodeName', 'spec.restartPolicy', 'status.phase', 'status.podIP'],
  },
  events: {
    ...core('Event', true),
    blank: {
      involvedObject: {},
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      ...reporting(),
    },
    fields: ['involvedObject.kind', 'involvedObject.name', 'involvedObject.namespace', 'reason', 'type'],
  },
  leases: {
    ...{ group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespaced: true },
    blank: { spec: {} },
    fields: [],
  },
  apiservices: {
    ...{ group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService', namespaced: false },
    blank: { spec: { groupPriorityMinimum: 0, versionPriority: 0 }, status: {} },
    fields: [],
  },
  deployments: {
    ...apps('Deployment'),
    blank: { spec: { replicas: 0, ...TEMPLATED, strategy: {} }, status: {} },
    fields: [],
  },
  statefulsets: {
    ...apps('StatefulSet'),
    blank: {
      spec: { replicas: 0, ...TEMPLATED, serviceName: '', updateStrategy: {} },
      status: { replicas: 0, availableReplicas: 0 },
    },
    fields: [],
  },
  daemonsets: {
    ...apps('DaemonSet'),
    blank: {
      spec: { ...TEMPLATED, updateStrategy: {} },
      status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
    },
    fields: [],
  },
  replicasets: {
    ...apps('ReplicaSet'),
    blank: { spec: { replicas: 0, ...TEMPLATED }, status: { replicas: 0 } },
    fields: [],
  },
  resourcequotas: { ...core('ResourceQuota', true), blank: { spec: {}, status: {} }, fields: [] },
  services: {
    ...core('Service', true),
    blank: { spec: {}, status: { loadBalancer: {} } },
    fields: ['spec.clusterIP', 'spec.type'],
  },
  endpointslices: {
    ...{ group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', namespaced: true },
    blank: { addressType: '', endpoints: null, ports: null },
    fields: [],
  },
  ingressclasses: {
    ...{ group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass', namespaced: false },
    blank: { spec: {} },
    fields: [],
  },
  gatewayclasses: { ...custom('gateway.networking.k8s.io', 'v1', 'GatewayClass'), namespaced: false },
  ingresses: {
    ...{ group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', namespaced: true },
    blank: { spec: {}, status: { loadBalancer: {} } },
    fields: [],
  },
  gateways: custom('gateway.networking.k8s.io', 'v1', 'Gateway'),
  httproutes: custom('gateway.networking.k8s.io', 'v1', 'HTTPRoute'),
  ingressroutes: custom('traefik.io', 'v1alpha1', 'IngressRoute'),
  certificates: custom('cert-manager.io', 'v1', 'Certificate'),
  persistentvolumes: { ...core('PersistentVolume', false), blank: { spec: {}, status: {} }, fields: [] },
  persistentvolumeclaims: {
    ...core('PersistentVolumeClaim', true),
    blank: { spec: { resources: {} }, status: {} },
    fields: [],
  },
  storageclasses: { ...storage('StorageClass'), blank: { provisioner: '' } },
  volumeattachments: {
    ...storage('VolumeAttachment'),
    blank: { spec: { attacher: '', source: {}, nodeName: '' }, status: { attached: false } },
  },
  cronjobs: {
    ...{ group: 'batch', version: 'v1', kind: 'CronJob', namespaced: true },
    blank: {
      spec: { schedule: '', jobTemplate: { metadata: {}, spec: { template: TEMPLATED.template } } },
      status: {},
    },
    fields: [],
  },
  etcdsnapshotfiles: { ...custom('k3s.cattle.io', 'v1', 'ETCDSnapshotFile'), namespaced: false },
  longhornvolumes: longhorn('Volume', 'volumes'),
  longhornreplicas: longhorn('Replica', 'replicas'),
  longhornnodes: longhorn('Node', 'nodes'),
  longhornbackups: longhorn('Backup', 'backups'),
  longhornbackupvolumes: longhorn('BackupVolume', 'backupvolumes'),
  longhornbackuptargets: longhorn('BackupTarget', 'backuptargets'),
  longhornrecurringjobs: longhorn('RecurringJob', 'recurringjobs'),
  cephclusters: { ...custom('ceph.rook.io', 'v1', 'CephCluster'), comesAndGoes: true },
  cephblockpools: { ...custom('ceph.rook.io', 'v1', 'CephBlockPool'), comesAndGoes: true },
};

/** The resources that an API server has which holds these objects. */
export function servedResources(store: { list(name: ResourceName): readonly object[] }): ResourceName[] {
  return (Object.keys(resources) as ResourceName[]).filter((name) => {
    return resources[name].comesAndGoes === undefined || store.list(name).length > 0;
  });
}

/** How a resource is called in paths: `pods`. */
export function pluralOf(name: ResourceName): string {
  return resources[name].plural ?? name;
}

/** `v1`, `coordination.k8s.io/v1`. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

function core(kind: string, namespaced: boolean) {
  return { group: '', version: 'v1', kind, namespaced };
}

function apps(kind: string) {
  return { group: 'apps', version: 'v1', kind, namespaced: true };
}

function custom(group: string, version: string, kind: string): Resource {
  return { group, version, kind, namespaced: true, blank: {}, fields: [], custom: true };
}

function storage(kind: string) {
  return { group: 'storage.k8s.io', version: 'v1', kind, namespaced: false, fields: [] };
}

function longhorn(kind: string, plural: string): Resource {
  return { ...custom('longhorn.io', 'v1beta2', kind), plural };
}

function reporting() {
  return { reportingComponent: '', reportingInstance: '' };
}
