import { describe, expect, test } from 'vitest';
import { createTimeline } from '#server/engine/timeline.ts';
import { createTimelineMemory, type TimelineMemory } from '#server/engine/timeline-memory.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Moment } from '#shared/history.ts';
import { aPod } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { aContainer, aDeployment, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';

/** A timeline that looks at one snapshot after the other, 5 s apart; `again` is what a restart leaves of it. */
function looking(memory: TimelineMemory = createTimelineMemory(undefined), begin = noon) {
  const told: Moment[] = [];
  const timeline = createTimeline((moment) => told.push(moment));
  let now = begin;
  return {
    look(parts: SnapshotParts): string[] {
      told.length = 0;
      now += 5_000;
      timeline.notice(aSnapshot({ now, ...parts }), memory);
      return told.map(({ kind, text }) => `${kind}: ${text}`);
    },
    again: () => looking(createTimelineMemory(JSON.parse(JSON.stringify(memory.kept()))), now + minute),
    memory,
  };
}

let created = noon - minute;

/** A pod of Deployment default/web, later than all before it. */
function webPod(name: string, image: string, part: Partial<PodFact> = {}): PodFact {
  created += 1_000;
  const templateHash = image.replaceAll(/\W/g, '');
  return aPod({
    name,
    node: 'nuc0',
    owner: { kind: 'ReplicaSet', name: `web-${templateHash}` },
    templateHash,
    containers: [aContainer({ name: 'web', image })],
    createdAt: created,
    ...part,
  });
}

describe('images', () => {
  test('that a workload changes are told once, from tag to tag, however many pods it has', () => {
    const old = [webPod('a', 'web:1'), webPod('b', 'web:1'), webPod('c', 'web:1')];
    const wall = looking();
    expect(wall.look({ pods: old })).toEqual([]);
    const first = webPod('d', 'web:2');
    expect(wall.look({ pods: [...old, first] })).toEqual(['image: web image 1 → 2']);
    const second = webPod('e', 'web:2');
    expect(wall.look({ pods: [old[0]!, first, second] })).toEqual([]);
    expect(wall.look({ pods: [first, second, webPod('f', 'web:2')] })).toEqual([]);
  });

  test('of an old pod that is made anew during a roll-out are no way back; those of all pods are', () => {
    const wall = looking();
    const old = webPod('a', 'web:1');
    wall.look({ pods: [old] });
    const next = webPod('b', 'web:2');
    expect(wall.look({ pods: [old, next] })).toEqual(['image: web image 1 → 2']);
    const anew = webPod('c', 'web:1');
    expect(wall.look({ pods: [next, anew] })).toEqual([]);
    expect(wall.look({ pods: [anew] })).toEqual(['image: web image 2 → 1']);
  });

  test('that cannot be pulled are told to be there, and to be gone when the roll-out is undone', () => {
    const wall = looking();
    const old = webPod('a', 'web:1');
    wall.look({ pods: [old] });
    expect(wall.look({ pods: [old, webPod('b', 'web:typo', { phase: 'Pending', ready: false })] })).toEqual([
      'image: web image 1 → typo',
    ]);
    expect(wall.look({ pods: [old] })).toEqual(['image: web image typo → 1']);
  });

  test('are told of the workload and not of its ReplicaSet, whether that is seen or not, nor of Jobs and bare pods', () => {
    const owned = (name: string, image: string, owner: PodFact['owner']) =>
      webPod(name, image, { owner, templateHash: '' });
    const replicaSets = [aReplicaSet({ name: 'odd', owner: { kind: 'Rollout', name: 'shop' } })];
    const wall = looking();
    const pods = (image: string) => [
      owned('a', image, { kind: 'ReplicaSet', name: 'odd' }),
      owned('b', image, { kind: 'Job', name: 'job' }),
      owned('c', image, null),
      owned('d', image, { kind: 'ReplicaSet', name: 'unseen' }),
      owned('e', image, { kind: 'DaemonSet', name: 'agent' }),
    ];
    wall.look({ pods: pods('web:1'), replicaSets });
    expect(wall.look({ pods: pods('web:2'), replicaSets })).toEqual([
      'image: shop image 1 → 2',
      'image: agent image 1 → 2',
    ]);
  });

  test('that changed while the wall was off are told at its next start', () => {
    const wall = looking();
    wall.look({ pods: [webPod('a', 'web:1')] });
    expect(wall.again().look({ pods: [webPod('b', 'web:2')] })).toEqual(['image: web image 1 → 2']);
  });

  test('are not compared while pods cannot be seen', () => {
    const wall = looking();
    wall.look({ pods: [webPod('a', 'web:1')] });
    expect(wall.look({ pods: [webPod('b', 'web:2')], sources: { pods: { fresh: false, state: 'stale' } } })).toEqual(
      [],
    );
    expect(wall.look({ pods: [webPod('b', 'web:2')] })).toEqual(['image: web image 1 → 2']);
  });
});

describe('a number of pods', () => {
  test('that is changed is told', () => {
    const wall = looking();
    wall.look({ deployments: [aDeployment({ wanted: 2 })], statefulSets: [aStatefulSet({ wanted: 1 })] });
    expect(
      wall.look({ deployments: [aDeployment({ wanted: 4 })], statefulSets: [aStatefulSet({ wanted: 0 })] }),
    ).toEqual(['scale: web scaled 2 → 4', 'scale: database scaled 1 → 0']);
    expect(wall.look({ deployments: [aDeployment({ wanted: 4, ready: 1 })] })).toEqual([]);
  });

  test('of a workload that is new is not told, nor is its end', () => {
    const wall = looking();
    wall.look({});
    expect(wall.look({ deployments: [aDeployment()] })).toEqual([]);
    expect(wall.look({})).toEqual([]);
  });

  test('is told as changed also where the wall was off meanwhile', () => {
    const wall = looking();
    wall.look({ deployments: [aDeployment({ wanted: 2 })] });
    expect(wall.again().look({ deployments: [aDeployment({ wanted: 3 })] })).toEqual(['scale: web scaled 2 → 3']);
  });
});

describe('places', () => {
  const single = [aDeployment({ wanted: 1 })];

  test('of the one pod of a Deployment are told by its name once it is ready elsewhere', () => {
    const wall = looking();
    wall.look({ deployments: single, pods: [webPod('a', 'web:1')] });
    const next = webPod('b', 'web:1', { node: 'nuc1', ready: false });
    expect(wall.look({ deployments: single, pods: [next] })).toEqual([]);
    expect(wall.look({ deployments: single, pods: [{ ...next, ready: true }] })).toEqual([
      'moved: web moved nuc0 → nuc1',
    ]);
  });

  test('of a Deployment with several pods are nobody’s business', () => {
    const wall = looking();
    wall.look({ deployments: [aDeployment({ wanted: 2 })], pods: [webPod('a', 'web:1'), webPod('b', 'web:1')] });
    const moved = [webPod('c', 'web:1', { node: 'nuc1' }), webPod('d', 'web:1', { node: 'nuc2' })];
    expect(wall.look({ deployments: [aDeployment({ wanted: 2 })], pods: moved })).toEqual([]);
  });

  test('of the pods of a StatefulSet are told by pod, or by its name where there is one', () => {
    const pod = (name: string, node: string) =>
      webPod(name, 'db:1', { node, owner: { kind: 'StatefulSet', name: name.slice(0, -2) }, templateHash: '' });
    const statefulSets = [aStatefulSet({ name: 'db', wanted: 2 }), aStatefulSet({ name: 'gitea', wanted: 1 })];
    const wall = looking();
    wall.look({ statefulSets, pods: [pod('db-0', 'a'), pod('db-1', 'b'), pod('gitea-0', 'nuc0')] });
    expect(wall.look({ statefulSets, pods: [pod('db-0', 'a')] })).toEqual([]);
    expect(wall.look({ statefulSets, pods: [pod('db-0', 'a'), pod('db-1', 'c'), pod('gitea-0', 'nuc1')] })).toEqual([
      'moved: db-1 moved b → c',
      'moved: gitea moved nuc0 → nuc1',
    ]);
  });
});

describe('what is remembered for this', () => {
  test('is bounded, keeps what still runs, and stays the same object while nothing changes', () => {
    const wall = looking();
    const deployments = (count: number, from = 0) =>
      Array.from({ length: count }, (_, i) => aDeployment({ name: `web-${from + i}`, wanted: 1 }));
    wall.look({ deployments: deployments(5_000) });
    wall.look({ deployments: [...deployments(4_990), ...deployments(100, 9_000)] });
    const kept = wall.memory.kept();
    expect(Object.keys(kept.subjects)).toHaveLength(5_000);
    expect(kept.subjects).toHaveProperty(['Deployment/default/web-4989']);
    expect(kept.subjects).toHaveProperty(['Deployment/default/web-9008']);
    wall.look({ deployments: [...deployments(4_990), ...deployments(100, 9_000)] });
    expect(wall.memory.kept()).toBe(kept);
  });

  test('is compared only for those workloads of which a pod is another than before', () => {
    const memory = createTimelineMemory(undefined);
    const timeline = createTimeline(() => undefined);
    const looked = new Set<string>();
    const counted = (pod: PodFact): PodFact =>
      Object.defineProperty({ ...pod }, 'containers', {
        get() {
          looked.add(pod.name);
          return pod.containers;
        },
      });
    const all = Array.from({ length: 5_000 }, (_, i) =>
      counted(webPod(`p${i}`, 'web:1', { owner: { kind: 'ReplicaSet', name: `w${i % 500}-web1` } })),
    );
    const pods = new Map(all.map((pod) => [pod.key, pod]));
    const base = aSnapshot();
    const none = new Map();
    const look = (now: number, those: ReadonlyMap<string, PodFact>) => {
      looked.clear();
      const facts = ((kind: string) => (kind === 'pod' ? those : none)) as typeof base.facts;
      timeline.notice({ ...base, now, facts }, memory);
      return looked.size;
    };
    expect(look(noon, pods)).toBe(500);
    expect(look(noon + 5_000, pods)).toBe(0);
    const changed = new Map(pods).set('default/p7', counted(webPod('p7', 'web:2', { owner: all[7]!.owner })));
    expect(look(noon + 6_000, changed)).toBe(0);
    expect([look(noon + 10_000, changed) > 0, [...looked].every((name) => Number(name.slice(1)) % 500 === 7)]).toEqual([
      true,
      true,
    ]);
    expect(memory.get('Deployment/default/w8')).toEqual({ images: { web: 'web:1' } });
  });
});
