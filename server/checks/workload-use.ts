import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodStats } from '#server/facts/node-stats.ts';
import { isFresh } from './node-use.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** What the running pods of a workload use together; null where that is not told of one of them. */
export interface WorkloadUse {
  group: WorkloadGroup;
  cpuCores: number | null;
  memoryBytes: number | null;
}

const kept = new WeakMap<Snapshot, readonly WorkloadUse[]>();

/** What each workload uses whose running pods all are on nodes that can be seen. */
export function workloadUses(snapshot: Snapshot): readonly WorkloadUse[] {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const stats = statsByPod(snapshot);
  const uses = stats.size === 0 ? [] : allWorkloads(snapshot).flatMap((group) => useOf(group, stats) ?? []);
  kept.set(snapshot, uses);
  return uses;
}

/** By `namespace/name`: the UID of a static pod is another one to its kubelet than to the API. */
function statsByPod(snapshot: Snapshot): Map<string, PodStats> {
  const byPod = new Map<string, PodStats>();
  for (const fact of snapshot.facts('nodeStats').values()) {
    if (!isFresh(fact, snapshot)) continue;
    for (const pod of fact.pods) byPod.set(`${pod.namespace}/${pod.name}`, pod);
  }
  return byPod;
}

/** Null if a pod that runs is not measured: without it the sum would look as if the workload used less. */
function useOf(group: WorkloadGroup, stats: ReadonlyMap<string, PodStats>): WorkloadUse | null {
  let cpuCores: number | null = 0;
  let memoryBytes: number | null = 0;
  let running = 0;
  for (const { key, phase } of group.pods) {
    if (phase !== 'Running') continue;
    const pod = stats.get(key);
    if (pod === undefined) return null;
    running += 1;
    cpuCores = cpuCores === null || pod.cpuCores === null ? null : cpuCores + pod.cpuCores;
    memoryBytes = memoryBytes === null || pod.memoryBytes === null ? null : memoryBytes + pod.memoryBytes;
  }
  return running === 0 ? null : { group, cpuCores, memoryBytes };
}
