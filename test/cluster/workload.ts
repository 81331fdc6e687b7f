import type { ControlPlane } from './control-plane.ts';

/** A Deployment with one container, as a test needs it; what is not given is a pod that runs and does nothing. */
export interface Workload {
  namespace: string;
  name: string;
  replicas?: number;
  /** Name of the node it must run on. */
  node?: string;
  container: { image: string } & Record<string, unknown>;
  /** Further fields of the pod's spec. */
  pod?: object;
  /** Further fields of the Deployment's spec. */
  spec?: object;
}

/** The state of a container, as far as tests read it. */
export interface ContainerState {
  running?: { startedAt: string };
  waiting?: { reason: string; message?: string };
  terminated?: { exitCode: number; reason: string };
}

/** A pod, as far as tests read it. */
export interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: {
    phase?: string;
    podIP?: string;
    conditions?: { type: string; status: string; reason?: string }[];
    containerStatuses?: {
      ready: boolean;
      restartCount: number;
      imageID: string;
      state: ContainerState;
      lastState: ContainerState;
    }[];
  };
}

/** A controller, as far as tests read it. */
export interface Controller {
  status: {
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    updatedReplicas?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

/** The Deployment as an object to apply. Its pods end at once. */
export function deployment({ namespace, name, replicas = 1, node, container, pod, spec }: Workload): object {
  const labels = { app: name };
  const nodeSelector = node === undefined ? {} : { 'kubernetes.io/hostname': node };
  const containers = [{ name: 'main', ...container }];
  const podSpec = { terminationGracePeriodSeconds: 0, nodeSelector, containers, ...pod };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec }, ...spec },
  };
}

/** A namespace as an object to apply. */
export function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** The pods of a namespace that are not on their way out. */
export async function podsOf(plane: ControlPlane, inNamespace: string): Promise<Pod[]> {
  const { items } = await plane.request<{ items: Pod[] }>('GET', `/api/v1/namespaces/${inNamespace}/pods`);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** A Deployment as the API has it. */
export function deploymentOf(plane: ControlPlane, inNamespace: string, name: string): Promise<Controller> {
  return plane.request<Controller>('GET', `/apis/apps/v1/namespaces/${inNamespace}/deployments/${name}`);
}
