import { healthyStorage } from './healthy-storage.ts';
import { rawBySource } from './raw-objects.ts';
import { rawPod } from './raw-pod.ts';

type Raw = Record<string, unknown>;

const [, , , ...otherConditions] = rawPod.status.conditions;
const running = { state: { running: { startedAt: rawPod.status.startTime } }, lastState: {}, ready: true };

/** The pod as it is when all is well. */
const healthyPod: Raw = {
  ...rawPod,
  metadata: { ...rawPod.metadata, deletionTimestamp: undefined, finalizers: [] },
  status: {
    ...rawPod.status,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: rawPod.status.startTime }, ...otherConditions],
    containerStatuses: [{ name: 'web', restartCount: 0, ...running }],
  },
};

const healthyNode: Raw = {
  ...rawBySource['nodes'],
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      ...['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].map((type) => ({
        type,
        status: 'False',
      })),
    ],
    nodeInfo: { kubeletVersion: 'v1.36.4' },
    capacity: { cpu: '4', memory: '16Gi' },
    allocatable: { cpu: '4', memory: '15Gi' },
  },
};

const healthy: Readonly<Record<string, Raw>> = { ...healthyStorage, pods: healthyPod, nodes: healthyNode };

/** The names by which the raw objects know each other. */
const names = /web-5d4f8c7b9|"web"|web-1|nuc0|database|agent|small|gitea-data|v1beta1/g;

/**
 * The i-th object of a source: a tenth of its neighbours have the same ReplicaSet and Deployment, and half of the pods and
 * nodes are well. Names lead to the objects of the same number of other sources.
 */
export function numbered(source: string, i: number): unknown {
  const id = `${source} ${i}`;
  const before = kept.get(id) ?? make(source, i);
  kept.set(id, before);
  return before;
}

const kept = new Map<string, unknown>();

function make(source: string, i: number): unknown {
  const raw = i % 2 === 0 ? (healthy[source] ?? rawBySource[source]) : rawBySource[source];
  const group = i % 50;
  const text = JSON.stringify(raw).replaceAll(names, (name) =>
    name.startsWith('"') ? `"web${group}"` : `${name}${name === 'web-5d4f8c7b9' ? group : i}`,
  );
  return JSON.parse(source === 'pods' ? text.replaceAll('-abcde', `-${i}`) : text) as unknown;
}
