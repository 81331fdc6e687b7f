import { describe, expect, test } from 'vitest';
import {
  memoryAndRestartsOf,
  podsReady,
  podsWanted,
  restarts,
  workloadCpu,
  workloadMemory,
} from '#server/checks/workload-series.ts';
import { allWorkloads } from '#server/checks/workload-groups.ts';
import type { SeriesRule } from '#server/engine/define-series.ts';
import type { PodStats } from '#server/facts/node-stats.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aStatefulSet } from '#test/builders/workloads.ts';

const web = { kind: 'StatefulSet', namespace: 'default', name: 'web' };
const seen = { 'kubelet/nuc0': {}, 'kubelet/nuc1': {} };
const read = (rule: SeriesRule, parts: SnapshotParts) => [...rule.read(aSnapshot({ sources: seen, ...parts }))];
const uses = (name: string, part: Partial<PodStats> = {}): PodStats => ({
  ...{ namespace: 'default', name, uid: `uid-default-${name}`, cpuCores: 0.5, memoryBytes: 100, ...part },
});

describe('of all workloads together is measured', () => {
  test('how many pods they want and have', () => {
    const parts = {
      statefulSets: [aStatefulSet({ name: 'web', wanted: 3 }), aStatefulSet({ name: 'old', wanted: 2, deletingAt: 1 })],
      pods: [aPod(), aPod({ name: 'web-1', ready: false }), aPod({ name: 'alone', owner: null })],
    };
    expect(read(podsWanted, parts)).toEqual([{ subject: null, value: 4 }]);
    expect(read(podsReady, parts)).toEqual([{ subject: null, value: 2 }]);
    expect(read(podsWanted, {})).toEqual([{ subject: null, value: 0 }]);
  });

  test('how often they restarted, and of each that did', () => {
    const pods = [aPod({ restarts: 2 }), aPod({ name: 'web-1', restarts: 3 }), aPod({ name: 'alone', owner: null })];
    expect(read(restarts, { pods })).toEqual([
      { subject: null, value: 5 },
      { subject: web, value: 5 },
    ]);
  });
});

describe('of each workload is measured what its pods use together', () => {
  const pods = [aPod(), aPod({ name: 'web-1', node: 'nuc1' })];
  const nodeStats = [
    aNodeStats({ pods: [uses('web-0'), uses('stranger')] }),
    aNodeStats({ node: 'nuc1', pods: [uses('web-1', { memoryBytes: 30 })] }),
  ];

  test('over all its nodes', () => {
    expect(read(workloadMemory, { pods, nodeStats })).toEqual([{ subject: web, value: 130 }]);
    expect(read(workloadCpu, { pods, nodeStats })).toEqual([{ subject: web, value: 1 }]);
    expect(workloadMemory.title(web)).toBe('Memory of web');
  });

  test('and nothing while one of them is not measured: half of it would look like less', () => {
    const sources = { ...seen, 'kubelet/nuc1': { fresh: false } };
    expect(read(workloadMemory, { pods, nodeStats, sources })).toEqual([]);
    expect(read(workloadMemory, { pods, nodeStats: nodeStats.slice(0, 1) })).toEqual([]);
    const silent = [aNodeStats({ pods: [uses('web-0', { memoryBytes: null })] })];
    expect(read(workloadMemory, { pods: [aPod()], nodeStats: silent })).toEqual([]);
    expect(read(workloadCpu, { pods: [aPod()], nodeStats: silent })).toHaveLength(1);
  });

  test('by those that run', () => {
    const waiting = aPod({ name: 'web-2', phase: 'Pending', node: null, ready: false });
    expect(read(workloadMemory, { pods: [...pods, waiting], nodeStats })).toEqual([{ subject: web, value: 130 }]);
    expect(read(workloadMemory, { pods: [waiting], nodeStats })).toEqual([]);
  });

  test('a static pod is known to its kubelet by another UID', () => {
    const pod = aPod({ name: 'etcd-nuc0', owner: null, isStatic: true });
    const stats = [aNodeStats({ pods: [uses('etcd-nuc0', { uid: '6f1c' })] })];
    expect(read(workloadMemory, { pods: [pod], nodeStats: stats })).toMatchObject([{ value: 100 }]);
  });
});

test('findings about memory name its chart only where kubelets are asked', () => {
  const named = (restarts: number, nodeStats = [aNodeStats()]) => {
    const snapshot = aSnapshot({ nodeStats, pods: [aPod({ restarts })] });
    return memoryAndRestartsOf(allWorkloads(snapshot)[0]!, snapshot);
  };
  expect(named(2, [])).toEqual(['workloads/restarts|StatefulSet/default/web']);
  expect(named(0)).toEqual(['workloads/memory|StatefulSet/default/web']);
  expect(named(2)).toHaveLength(2);
});
