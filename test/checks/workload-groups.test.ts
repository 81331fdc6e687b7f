import { describe, expect, test } from 'vitest';
import { workloadGroups } from '#server/checks/workload-groups.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aDaemonSet, aDeployment, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';

/** Names of the pods of each workload. */
function groupsOf(parts: SnapshotParts): Record<string, string[]> {
  const groups = workloadGroups(aSnapshot(parts));
  return Object.fromEntries([...groups].map(([id, { pods }]) => [id, pods.map(({ name }) => name)]));
}
const ofReplicaSet = (part: Partial<PodFact> = {}) =>
  aPod({ owner: { kind: 'ReplicaSet', name: 'web-5d4f8c7b9' }, templateHash: '5d4f8c7b9', ...part });

describe('a pod belongs to', () => {
  test('the Deployment of its ReplicaSet', () => {
    const parts = { pods: [ofReplicaSet()], replicaSets: [aReplicaSet()], deployments: [aDeployment()] };
    expect(groupsOf(parts)).toEqual({ 'Deployment/default/web': ['web-0'] });
    const group = workloadGroups(aSnapshot(parts)).get('Deployment/default/web');
    expect([group?.controller?.name, group?.replicaSets.map(({ name }) => name)]).toEqual(['web', ['web-5d4f8c7b9']]);
  });

  test('the Deployment whose name its ReplicaSet has, where ReplicaSets are not seen', () => {
    expect(groupsOf({ pods: [ofReplicaSet()] })).toEqual({ 'Deployment/default/web': ['web-0'] });
    expect(groupsOf({ pods: [ofReplicaSet({ templateHash: '' })] })).toEqual({
      'ReplicaSet/default/web-5d4f8c7b9': ['web-0'],
    });
  });

  test('a ReplicaSet that stands alone', () => {
    const replicaSets = [aReplicaSet({ owner: null })];
    const parts = { pods: [ofReplicaSet()], replicaSets };
    expect(groupsOf(parts)).toEqual({ 'ReplicaSet/default/web-5d4f8c7b9': ['web-0'] });
    const [group] = workloadGroups(aSnapshot(parts)).values();
    expect(group?.controller).toBe(replicaSets[0]);
  });

  test('its StatefulSet, DaemonSet or an owner of any other kind, in its own namespace', () => {
    const owned = (kind: string, namespace = 'default') => aPod({ owner: { kind, name: 'x' }, namespace, name: kind });
    expect(groupsOf({ pods: [owned('StatefulSet'), owned('DaemonSet', 'a'), owned('Cluster', 'b')] })).toEqual({
      'StatefulSet/default/x': ['StatefulSet'],
      'DaemonSet/a/x': ['DaemonSet'],
      'Cluster/b/x': ['Cluster'],
    });
  });

  test('nobody: a bare pod, or a static one', () => {
    const pods = [aPod({ owner: null, name: 'tool' }), aPod({ owner: null, isStatic: true, name: 'etcd-nuc0' })];
    expect(groupsOf({ pods })).toEqual({ 'Pod/default/tool': ['tool'], 'Pod/default/etcd-nuc0': ['etcd-nuc0'] });
  });
});

describe('a workload', () => {
  test('without pods is one, too', () => {
    expect(
      groupsOf({ deployments: [aDeployment()], statefulSets: [aStatefulSet()], daemonSets: [aDaemonSet()] }),
    ).toEqual({ 'Deployment/default/web': [], 'StatefulSet/default/database': [], 'DaemonSet/kube-system/agent': [] });
  });

  test('has neither what is left over of pods nor those of Jobs', () => {
    const pods = [
      aPod({ name: 'evicted', phase: 'Failed', reason: 'Evicted' }),
      aPod({ name: 'done', phase: 'Succeeded' }),
      aPod({ name: 'backup-x', owner: { kind: 'Job', name: 'backup' } }),
      aPod({ name: 'web-0' }),
    ];
    expect(groupsOf({ pods })).toEqual({ 'StatefulSet/default/web': ['web-0'] });
  });
});
