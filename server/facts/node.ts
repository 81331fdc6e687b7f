import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { mostBytes, mostCores, quantityOf } from './quantity.ts';
import {
  asItIs,
  messageLength,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  timeOf,
  type Intern,
  type Raw,
} from './read-raw.ts';

/** One condition of a node. Times epoch ms, null where the object has none. */
export interface NodeCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  changedAt: number | null;
}

/** What a node has of what pods use; null where not told. */
export interface NodeResources {
  cpuCores: number | null;
  memoryBytes: number | null;
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
  /** All it has. */
  capacity: NodeResources;
  /** What of it is there for pods. */
  allocatable: NodeResources;
}

const roleLabel = 'node-role.kubernetes.io/';
// More than any real node has: strangers write these lists too.
const mostConditions = 64;
const mostTaints = 64;
const mostRoles = 16;

/** A raw Node as a fact; null if it has no name. Absent, null and absurd fields become empty ones. */
export function nodeFact(raw: unknown, source: string, intern: Intern = asItIs): NodeFact | null {
  const identity = identityOf(raw);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const info = objectOf(status['nodeInfo']);
  return {
    key: identity.key,
    uid: identity.uid,
    source,
    name: identity.name,
    createdAt: timeOf(metadata['creationTimestamp']),
    conditions: conditionsOf(status['conditions'], intern),
    unschedulable: spec['unschedulable'] === true,
    taints: objectsOf(spec['taints'], mostTaints).map(taintOf),
    roles: rolesOf(metadata['labels']),
    kubeletVersion: intern(textOf(info['kubeletVersion'])),
    osImage: intern(textOf(info['osImage'])),
    containerRuntime: intern(textOf(info['containerRuntimeVersion'])),
    bootId: textOf(info['bootID']),
    internalIp: internalIpOf(status['addresses']),
    kubeletPort: numberOf(objectOf(objectOf(status['daemonEndpoints'])['kubeletEndpoint'])['Port'], 1, 65_535),
    capacity: resourcesOf(status['capacity']),
    allocatable: resourcesOf(status['allocatable']),
  };
}

function resourcesOf(value: unknown): NodeResources {
  const { cpu, memory } = objectOf(value);
  return { cpuCores: quantityOf(cpu, mostCores), memoryBytes: quantityOf(memory, mostBytes) };
}

function conditionsOf(value: unknown, intern: Intern): Record<string, NodeCondition> {
  const entries = objectsOf(value, mostConditions).flatMap((raw): [string, NodeCondition][] => {
    const type = intern(textOf(raw['type']));
    return type === '' ? [] : [[type, conditionOf(raw, intern)]];
  });
  // fromEntries defines properties, so that a type named __proto__ is a key like any other.
  return Object.fromEntries(entries);
}

function conditionOf(raw: Raw, intern: Intern): NodeCondition {
  const status = raw['status'];
  return {
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: intern(textOf(raw['reason'])),
    message: intern(textOf(raw['message'], messageLength)),
    changedAt: timeOf(raw['lastTransitionTime']),
  };
}

function taintOf(raw: Raw): NodeFact['taints'][number] {
  return {
    key: textOf(raw['key'], 317), // a prefix of 253, a slash and a name of 63
    effect: textOf(raw['effect']),
    value: textOf(raw['value']),
    addedAt: timeOf(raw['timeAdded']),
  };
}

function rolesOf(labels: unknown): string[] {
  return Object.keys(objectOf(labels))
    .filter((label) => label.startsWith(roleLabel) && label.length > roleLabel.length)
    .map((label) => textOf(label.slice(roleLabel.length), 63))
    .sort()
    .slice(0, mostRoles);
}

function internalIpOf(addresses: unknown): string | null {
  const internal = objectsOf(addresses, 64).find((address) => address['type'] === 'InternalIP');
  return textOf(internal?.['address']) || null;
}
