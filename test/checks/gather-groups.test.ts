import { describe, expect, test } from 'vitest';
import { workloadGroups } from '#server/checks/workload-groups.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aDaemonSet, aDeployment, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';
import { random } from '#test/engine/random.ts';

const web = aDeployment();
const newest = aReplicaSet();
const pods = [0, 1, 2].map((i) => aPod({ name: `web-${i}`, owner: { kind: 'ReplicaSet', name: newest.name } }));
const lone = aPod({ name: 'lone', owner: null });
const parts: SnapshotParts = { deployments: [web], replicaSets: [newest], pods: [...pods, lone] };

function told(snapshotParts: SnapshotParts): Record<string, string[]> {
  const groups = workloadGroups(aSnapshot(snapshotParts));
  return Object.fromEntries([...groups].map(([id, { pods }]) => [id, pods.map(({ name }) => name).toSorted()]));
}

describe('workloads from snapshot to snapshot', () => {
  test('are the same objects while nothing of them changes, and so is the whole of them', () => {
    const before = workloadGroups(aSnapshot(parts));
    expect(workloadGroups(aSnapshot(parts)).get('Deployment/default/web')).toBe(before.get('Deployment/default/web'));
    const snapshot = aSnapshot(parts);
    expect(workloadGroups(snapshot)).toBe(workloadGroups(snapshot));
  });

  test('are another object only where something changed', () => {
    const before = workloadGroups(aSnapshot(parts));
    const after = workloadGroups(
      aSnapshot({ ...parts, pods: [...pods.slice(1), { ...pods[0]!, ready: false }, lone] }),
    );
    expect(after.get('Pod/default/lone')).toBe(before.get('Pod/default/lone'));
    expect(after.get('Deployment/default/web')).not.toBe(before.get('Deployment/default/web'));
    expect(before.get('Deployment/default/web')?.pods.map(({ ready }) => ready)).toEqual([true, true, true]);
    expect(after.get('Deployment/default/web')?.pods.map(({ ready }) => ready)).toEqual([false, true, true]);
  });

  test('lose pods that are gone, and go with the last of them', () => {
    workloadGroups(aSnapshot(parts));
    expect(told({ ...parts, pods: pods.slice(2) })).toEqual({ 'Deployment/default/web': ['web-2'] });
    expect(told({})).toEqual({});
  });

  test('take over the pods of a ReplicaSet that turns out to be theirs', () => {
    expect(told({ ...parts, replicaSets: [] })).toEqual({
      'Deployment/default/web': [],
      [`ReplicaSet/default/${newest.name}`]: ['web-0', 'web-1', 'web-2'],
      'Pod/default/lone': ['lone'],
    });
    expect(told(parts)).toEqual({
      'Deployment/default/web': ['web-0', 'web-1', 'web-2'],
      'Pod/default/lone': ['lone'],
    });
  });

  test('of one cluster are not mixed with those of another', () => {
    const other: SnapshotParts = { pods: [aPod({ name: 'else', owner: null })] };
    for (let turn = 0; turn < 3; turn += 1) {
      expect(Object.keys(told(parts))).toEqual(['Deployment/default/web', 'Pod/default/lone']);
      expect(Object.keys(told(other))).toEqual(['Pod/default/else']);
    }
  });
});

describe('a thousand changes at random', () => {
  test('come to what is gathered at once', () => {
    const below = random(7);
    let now: Parts = { pods: [], deployments: [], replicaSets: [], statefulSets: [], daemonSets: [] };
    for (let step = 0; step < 1_000; step += 1) {
      now = changed(now, below);
      // Copies are facts that nothing was gathered of before.
      expect(told(now), `step ${step}`).toEqual(told(structuredClone(now)));
    }
    expect(now.pods.length + now.deployments.length).toBeGreaterThan(5);
  });
});

type Parts = Required<Pick<SnapshotParts, 'pods' | 'deployments' | 'replicaSets' | 'statefulSets' | 'daemonSets'>>;

function changed(before: Parts, below: (bound: number) => number): Parts {
  const name = `w${below(4)}`;
  const put = <F extends { key: string }>(facts: readonly F[], fact: F): F[] => {
    const others = facts.filter(({ key }) => key !== fact.key);
    return below(3) === 0 ? others : [...others, fact];
  };
  switch (below(6)) {
    case 0:
      return { ...before, deployments: put(before.deployments, aDeployment({ name, ready: below(3) })) };
    case 1:
      return { ...before, statefulSets: put(before.statefulSets, aStatefulSet({ name })) };
    case 2:
      return { ...before, daemonSets: put(before.daemonSets, aDaemonSet({ name, namespace: 'default' })) };
    case 3: {
      const owner = below(3) === 0 ? null : { kind: 'Deployment', name };
      return { ...before, replicaSets: put(before.replicaSets, aReplicaSet({ name: `${name}-abc`, owner })) };
    }
    default:
      return { ...before, pods: put(before.pods, randomPod(name, below)) };
  }
}

function randomPod(name: string, below: (bound: number) => number): PodFact {
  const kind = ['', 'Job', 'StatefulSet', 'DaemonSet', 'ReplicaSet'][below(5)] ?? '';
  const owner = kind === '' ? null : { kind, name: kind === 'ReplicaSet' ? `${name}-abc` : name };
  const phase = ['Running', 'Pending', 'Failed', 'Succeeded'][below(4)] ?? '';
  return aPod({ name: `${name}-${below(5)}`, owner, templateHash: below(2) === 0 ? 'abc' : '', phase });
}
