import { describe, expect, test } from 'vitest';
import tile from '#server/checks/workloads/tile.ts';
import type { Subject } from '#shared/finding.ts';
import { aPod } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, noon } from '#test/builders/time.ts';
import { aContainer, aDeployment, anEnd, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';

const web = aDeployment();
const newest = aReplicaSet();
const owner = { kind: 'ReplicaSet', name: newest.name };
const webPods = [0, 1, 2].map((i) => aPod({ name: `web-${i}`, owner, node: `nuc${i}` }));
const lone = aPod({ name: 'lone', owner: null });
const all: SnapshotParts = { deployments: [web], replicaSets: [newest], pods: [...webPods, lone] };

function figureOf(parts: SnapshotParts) {
  const figure = tile.figure(aSnapshot(parts));
  return figure === null ? null : { ...figure, detail: sentence({ say: figure.detail }) };
}

function cellsOf(parts: SnapshotParts, subject: Partial<Subject> = {}) {
  return tile.cells({ kind: 'Deployment', namespace: 'default', name: 'web', ...subject }, aSnapshot(parts));
}

describe('the figure of the workloads', () => {
  test('is how many of them have all their pods', () => {
    expect(figureOf(all)).toEqual({ value: '2', rest: 'of 2 up', detail: 'no restarts for a day' });
  });

  test('tells who is not up', () => {
    const some = { ...all, pods: [...webPods.slice(1), lone] };
    expect(figureOf(some)).toEqual({ value: '1', rest: 'of 2 up', detail: 'web has 2 of 3' });
    const dead = { ...lone, ready: false };
    expect(figureOf({ pods: [dead] })?.detail).toBe('lone is not up');
    expect(figureOf({ ...some, pods: [...webPods.slice(1), dead] })).toMatchObject({
      value: '0',
      detail: 'web and 1 more not up',
    });
  });

  test('is none where nothing runs, which is the same as nothing installed', () => {
    expect(figureOf({})).toBeNull();
    expect(figureOf({ pods: [aPod({ owner: { kind: 'Job', name: 'backup' } })] })).toBeNull();
  });

  test('does not count what is scaled to 0, being deleted or left over', () => {
    const off = aStatefulSet({ name: 'off', wanted: 0, current: 0, ready: 0 });
    const going = aStatefulSet({ name: 'going', deletingAt: noon });
    const finished = aPod({ name: 'finished', owner: null, phase: 'Succeeded', ready: false });
    expect(figureOf({ ...all, statefulSets: [off, going], pods: [...webPods, lone, finished] })).toMatchObject({
      value: '2',
      rest: 'of 2 up',
    });
  });

  test('counts a controller that wants pods and has none', () => {
    expect(figureOf({ statefulSets: [aStatefulSet()] })).toMatchObject({ value: '0', rest: 'of 1 up' });
  });

  test('does not take a pod on its way out for one that serves', () => {
    expect(figureOf({ pods: [{ ...lone, deletingAt: noon }] })).toMatchObject({ value: '0' });
  });

  test('counts containers that restarted within a day', () => {
    const ended = (ago: number) => ({ ...lone, containers: [aContainer({ last: anEnd({ finishedAt: noon - ago }) })] });
    expect(figureOf({ pods: [ended(hour)] })?.detail).toBe('1 container restarted today');
    expect(figureOf({ pods: [ended(2 * day)] })?.detail).toBe('no restarts for a day');
    const two = [ended(hour), { ...ended(hour), key: 'default/other', name: 'other' }];
    expect(figureOf({ pods: two })?.detail).toBe('2 containers restarted today');
  });

  test('stays short with long names', () => {
    expect(figureOf({ pods: [{ ...lone, ready: false, name: 'n'.repeat(253) }] })!.detail.length).toBeLessThan(60);
  });
});

describe('a row of the workloads', () => {
  test('tells what runs where', () => {
    expect(cellsOf(all)).toEqual({
      name: 'web',
      namespace: 'default',
      kind: 'Deployment',
      ready: '3/3',
      restarts: 0,
      age: noon - day,
      image: 'registry.example/web:1.4',
      node: 'nuc0 and 2 more',
    });
  });

  test('of a bare pod is told by the pod', () => {
    expect(cellsOf(all, { kind: 'Pod', name: 'lone' })).toMatchObject({ ready: '1/1', age: noon - day, node: 'nuc0' });
  });

  test('scaled to 0 says so', () => {
    const off = aDeployment({ wanted: 0, current: 0, ready: 0, available: 0, updated: 0 });
    expect(cellsOf({ deployments: [off] })).toMatchObject({ ready: 'scaled to 0', image: null, node: null });
  });

  test('has every column, also of a source or a workload that is gone', () => {
    const keys = tile.columns.map(({ key }) => key).toSorted();
    expect(Object.keys(cellsOf({})).toSorted()).toEqual(keys);
    expect(Object.keys(tile.cells({ kind: 'Source', name: 'pods' }, aSnapshot())).toSorted()).toEqual(keys);
  });
});
