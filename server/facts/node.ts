import type { FactHead } from './fact.ts';

/** One condition of a node. Times epoch ms, null where the object has none. */
export interface NodeCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  changedAt: number | null;
}

/** A node as the API tells it. Source: `/api/v1/nodes`. */
export interface NodeFact extends FactHead {
  name: string;
  createdAt: number | null;
  /** By type: Ready, DiskPressure, MemoryPressure, PIDPressure, NetworkUnavailable and whatever else is there. */
  conditions: Record<string, NodeCondition>;
  unschedulable: boolean;
  taints: { key: string; effect: string; value: string; addedAt: number | null }[];
  roles: string[];
  kubeletVersion: string;
  osImage: string;
  containerRuntime: string;
  bootId: string;
  internalIp: string | null;
  /** Port of the kubelet by `status.daemonEndpoints`, null where not told. */
  kubeletPort: number | null;
}
