import type { ApiConnection } from './api-connection.ts';
import { MANAGED_LABEL } from './component-flags.ts';
import { until } from './until.ts';

/** A node as kwok pretends it; what is not given is that of a small k3s machine. */
export interface PretendedNode {
  labels?: Record<string, string>;
  taints?: readonly { key: string; value?: string; effect: string }[];
  /** Parts of `status.nodeInfo`, such as kubeletVersion or osImage. */
  info?: Record<string, string>;
  /** `status.capacity`, which is also allocatable. */
  capacity?: Record<string, string>;
}

/** A condition as a kubelet would report it. It stays until it is set again; kwok heals only conditions that are Unknown. */
export interface NodeCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
}

/** The part of a Node that the launcher reads. */
export interface NodeObject {
  metadata: { name: string; uid: string; resourceVersion: string; labels?: Record<string, string> };
  spec: { unschedulable?: boolean; taints?: { key: string; effect: string }[] };
  status: { conditions?: { type: string; status: string; reason?: string; lastTransitionTime?: string }[] };
}

/** Nodes without machines. */
export interface PretendedNodes {
  /** Creates a node and waits until it is Ready. */
  addNode(name: string, node?: PretendedNode): Promise<void>;
  /** Deletes a node as its owner would. */
  removeNode(name: string): Promise<void>;
  node(name: string): Promise<NodeObject>;
  /** Its kubelet says nothing any more: the lease ages, and the controller-manager finds out by itself after 12 s. */
  silenceNode(name: string): Promise<void>;
  /** Its kubelet speaks again. */
  reviveNode(name: string): Promise<void>;
  setNodeCondition(name: string, condition: NodeCondition): Promise<void>;
  cordon(name: string): Promise<void>;
  uncordon(name: string): Promise<void>;
  /** Waits until the Ready condition has this status. */
  untilReady(name: string, status?: string, withinMs?: number): Promise<void>;
}

/** Nodes of the cluster that is asked, which kwok must be watching. */
export function pretendedNodes(request: ApiConnection['request']): PretendedNodes {
  const path = (name: string) => `/api/v1/nodes/${name}`;
  const patch = async (name: string, body: object) => void (await request('PATCH', path(name), body));
  const node = (name: string) => request<NodeObject>('GET', path(name));

  async function untilReady(name: string, status = 'True', withinMs = 30_000) {
    const holds = async () => statusOf(await node(name), 'Ready') === status;
    await until(`Ready of node ${name} is ${status}`, holds, { withinMs });
  }

  return {
    node,
    untilReady,
    async addNode(name, options = {}) {
      await request('POST', '/api/v1/nodes', nodeObject(name, options));
      await untilReady(name);
    },
    async removeNode(name) {
      await request('DELETE', path(name));
    },
    silenceNode: (name) => patch(name, { metadata: { labels: { [MANAGED_LABEL]: null } } }),
    reviveNode: (name) => patch(name, { metadata: { labels: { [MANAGED_LABEL]: 'true' } } }),
    cordon: (name) => patch(name, { spec: { unschedulable: true } }),
    uncordon: (name) => patch(name, { spec: { unschedulable: null } }),
    async setNodeCondition(name, condition) {
      const before = (await node(name)).status.conditions?.find(({ type }) => type === condition.type);
      const body = { status: { conditions: [withTimes(condition, before)] } };
      const contentType = 'application/strategic-merge-patch+json';
      await request('PATCH', `${path(name)}/status`, body, { contentType });
    },
  };
}

/** The status of a node's condition, undefined if it has none of the type. */
export function statusOf(node: NodeObject, type: string): string | undefined {
  return node.status.conditions?.find((condition) => condition.type === type)?.status;
}

function withTimes(condition: NodeCondition, before: { status: string; lastTransitionTime?: string } | undefined) {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const unchanged = before?.status === condition.status;
  return { ...condition, lastHeartbeatTime: now, lastTransitionTime: unchanged ? before.lastTransitionTime : now };
}

function nodeObject(name: string, { labels, taints, info, capacity }: PretendedNode): object {
  const known = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...known, [MANAGED_LABEL]: 'true', ...labels } },
    spec: { taints },
    // As a kubelet does when it registers; the rest is filled in by kwok.
    status: { nodeInfo: info, capacity, allocatable: capacity },
  };
}
