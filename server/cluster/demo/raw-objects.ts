/** Objects as the API server gives them, with the fields that the demo fills in. Times are RFC 3339 texts. */
export interface Metadata {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** What all objects have. Objects are replaced, never changed. */
export interface RawObject {
  metadata: Metadata;
}

export interface RawCondition {
  type: string;
  observedGeneration?: number;
  status: string;
  lastHeartbeatTime?: string;
  lastProbeTime?: null;
  lastTransitionTime: string;
  reason?: string;
  message?: string;
}

export interface RawTaint {
  key: string;
  value?: string;
  effect: string;
  timeAdded?: string;
}

export interface RawNode extends RawObject {
  spec: { podCIDR?: string; podCIDRs?: string[]; providerID?: string; taints?: RawTaint[]; unschedulable?: boolean };
  status: {
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    conditions: RawCondition[];
    addresses: { type: string; address: string }[];
    daemonEndpoints: { kubeletEndpoint: { Port: number } };
    nodeInfo: Record<string, string>;
  };
}

export interface RawContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; startedAt: string; finishedAt: string; containerID: string };
}

export interface RawContainerStatus {
  name: string;
  state: RawContainerState;
  lastState: RawContainerState;
  ready: boolean;
  restartCount: number;
  image: string;
  imageID: string;
  containerID?: string;
  started: boolean;
}

export interface RawContainer {
  name: string;
  image: string;
  ports?: { containerPort: number; protocol: string }[];
  resources: object;
  volumeMounts?: readonly { name: string; mountPath: string }[];
  terminationMessagePath: string;
  terminationMessagePolicy: string;
  imagePullPolicy: string;
}

export interface RawPod extends RawObject {
  spec: {
    volumes: object[];
    containers: RawContainer[];
    restartPolicy: string;
    nodeName?: string;
    [other: string]: unknown;
  };
  status: {
    observedGeneration: number;
    phase: string;
    conditions: RawCondition[];
    hostIP?: string;
    hostIPs?: { ip: string }[];
    podIP?: string;
    podIPs?: { ip: string }[];
    startTime?: string;
    containerStatuses?: RawContainerStatus[];
    qosClass: string;
  };
}

export interface RawLease extends RawObject {
  spec: { holderIdentity: string; leaseDurationSeconds: number; renewTime: string };
}

export interface RawEvent extends RawObject {
  involvedObject: { kind: string; namespace?: string; name: string; uid: string; apiVersion?: string };
  reason: string;
  message: string;
  source: { component: string; host?: string };
  firstTimestamp: string | null;
  lastTimestamp: string | null;
  count: number;
  type: string;
  eventTime: null;
  reportingComponent: string;
  reportingInstance: string;
}

export interface RawNamespace extends RawObject {
  spec: { finalizers: string[] };
  status: { phase: string };
}

export interface RawApiService extends RawObject {
  spec: { service?: { namespace: string; name: string; port: number }; [other: string]: unknown };
  status: { conditions: RawCondition[] };
}

/** RFC 3339 in whole seconds, as `metav1.Time` is written. */
export function rawTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 in microseconds, as `metav1.MicroTime` is written; the last three digits are given. */
export function rawMicroTime(at: number, microseconds: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}${String(microseconds).padStart(3, '0')}Z`;
}
