import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

interface Pod {
  metadata: { name: string; deletionTimestamp?: string; ownerReferences: { kind: string }[] };
  spec: { nodeName: string };
  status: { phase: string; conditions: { type: string; status: string }[] };
}

async function node({ get }: DemoBench, name: string) {
  const { json } = await get(`/api/v1/nodes/${name}`);
  const conditions = Object.fromEntries(json.status.conditions.map((one: { type: string }) => [one.type, one]));
  const taints = (json.spec.taints ?? []).map(({ key, effect }: Record<string, string>) => `${key}:${effect}`);
  return { json, conditions, taints };
}

async function podsOn({ get }: DemoBench, name: string): Promise<Pod[]> {
  return (await get(`/api/v1/pods?fieldSelector=spec.nodeName=${name}`)).json.items;
}

const isReady = ({ status }: Pod) => status.conditions.find(({ type }) => type === 'Ready')?.status === 'True';
const isDaemon = ({ metadata }: Pod) => metadata.ownerReferences[0]?.kind === 'DaemonSet';

describe('a silenced node', () => {
  test('renews its lease no more, while the others go on', async () => {
    const { demo, watch, clock } = createBench();
    await clock.pass(30_000);
    await demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
    const leases = await watch(`${LEASES}?watch=1`);
    await clock.pass(40_000);
    const renewed = (name: string) => leases.lines.filter(({ object }) => object.metadata.name === name).length - 1;
    expect(['kmaster', 'nuc0', 'nuc1', 'nuc2'].map(renewed)).toEqual([4, 4, 4, 0]);
  });

  test('is given up by the node controller after 40 to 55 s, in its words, with taints and events', async () => {
    const bench = createBench();
    const { demo, watch, clock } = bench;
    await clock.pass(30_000);
    const nodes = await watch('/api/v1/nodes?watch=1');
    const silencedAt = clock.now();
    await demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
    await clock.pass(60_000);
    const lost = nodes.lines.at(-1)?.object;
    const ready = lost.status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    expect(ready).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    const after = Date.parse(ready.lastTransitionTime) - silencedAt;
    expect(after).toBeGreaterThanOrEqual(39_000);
    expect(after).toBeLessThanOrEqual(56_000);
    const { taints, conditions } = await node(bench, 'nuc2');
    expect(conditions.DiskPressure.status).toBe('Unknown');
    expect(taints).toEqual(['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute']);
    expect((await podsOn(bench, 'nuc2')).some(isReady)).toBe(false);
    expect((await podsOn(bench, 'nuc1')).filter(({ status }) => status.phase === 'Running').every(isReady)).toBe(true);
    const { json } = await bench.get('/api/v1/events?fieldSelector=reason=NodeNotReady,involvedObject.kind=Node');
    expect(json.items[0]).toMatchObject({
      message: 'Node nuc2 status is now: NodeNotReady',
      source: { component: 'node-controller' },
    });
  });

  test('that speaks again is Ready at once, loses its taints, and its pods are ready', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
    await bench.clock.pass(75_000);
    await bench.demo.stage.apply({ action: 'reviveNode', node: 'nuc2' });
    await bench.clock.pass(2000);
    expect((await node(bench, 'nuc2')).conditions.Ready).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    await bench.clock.pass(6000);
    expect((await node(bench, 'nuc2')).taints).toEqual([]);
    expect((await podsOn(bench, 'nuc2')).every(isReady)).toBe(true);
  });

  test('that stays away loses its pods after five minutes more: they wait to leave, their successors run elsewhere', async () => {
    const bench = createBench();
    const before = await podsOn(bench, 'nuc2');
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
    await bench.clock.pass(420_000);
    const left = await podsOn(bench, 'nuc2');
    expect(left.length).toBe(before.length);
    const leaving = left.filter(({ metadata }) => metadata.deletionTimestamp);
    expect(leaving.length).toBe(before.filter((pod) => !isDaemon(pod)).length);
    const all: Pod[] = (await bench.get('/api/v1/pods')).json.items;
    const jellyfin = all.filter(({ metadata }) => metadata.name.startsWith('jellyfin'));
    expect(jellyfin.filter(({ spec, status }) => spec.nodeName !== 'nuc2' && status.phase === 'Running').length).toBe(
      1,
    );
    // A StatefulSet starts no second pod while nobody says that the first has gone.
    expect(all.filter(({ metadata }) => metadata.name === 'victoria-metrics-0').length).toBe(1);
    await bench.demo.stage.apply({ action: 'reviveNode', node: 'nuc2' });
    await bench.clock.pass(30_000);
    const after: Pod[] = (await bench.get('/api/v1/pods')).json.items;
    expect(after.filter(({ metadata }) => metadata.deletionTimestamp)).toEqual([]);
    expect(after.length).toBe(54);
    expect(after.find(({ metadata }) => metadata.name === 'victoria-metrics-0')?.status.phase).toBe('Running');
  });
});

describe('what an owner does to nodes', () => {
  test('a condition is reported at once, tainted, and taken back', async () => {
    const bench = createBench();
    const condition = { action: 'setNodeCondition', node: 'nuc0', type: 'DiskPressure' } as const;
    const words = { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' };
    await bench.demo.stage.apply({ ...condition, status: 'True', ...words });
    await bench.clock.pass(5001);
    const full = await node(bench, 'nuc0');
    expect(full.conditions.DiskPressure).toMatchObject({ status: 'True', ...words });
    expect(full.conditions.Ready.status).toBe('True');
    expect(full.taints).toEqual(['node.kubernetes.io/disk-pressure:NoSchedule']);
    const fine = { reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' };
    await bench.demo.stage.apply({ ...condition, status: 'False', ...fine });
    await bench.clock.pass(5001);
    expect((await node(bench, 'nuc0')).taints).toEqual([]);
  });

  test('a condition that nodes usually lack may be reported too', async () => {
    const bench = createBench();
    const told = { type: 'NetworkUnavailable', status: 'True', reason: 'NoRouteCreated', message: 'no route' } as const;
    await bench.demo.stage.apply({ action: 'setNodeCondition', node: 'nuc0', ...told });
    await bench.clock.pass(5001);
    expect((await node(bench, 'nuc0')).conditions.NetworkUnavailable).toMatchObject(told);
  });

  test('a cordoned and drained node keeps only what runs everywhere, until it is uncordoned', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'cordon', node: 'nuc1' });
    await bench.demo.stage.apply({ action: 'drain', node: 'nuc1' });
    await bench.clock.pass(30_000);
    const cordoned = await node(bench, 'nuc1');
    expect(cordoned.json.spec.unschedulable).toBe(true);
    expect(cordoned.taints).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
    expect((await podsOn(bench, 'nuc1')).every(isDaemon)).toBe(true);
    await bench.demo.stage.apply({ action: 'uncordon', node: 'nuc1' });
    await bench.clock.pass(5001);
    expect((await node(bench, 'nuc1')).json.spec.unschedulable).toBeUndefined();
    expect((await node(bench, 'nuc1')).taints).toEqual([]);
    const running: Pod[] = (await bench.get('/api/v1/pods?fieldSelector=status.phase=Running')).json.items;
    expect(running.length).toBe(47);
  });

  test('a removed node is gone with its lease and pods; a new one joins, not ready first', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'removeNode', node: 'nuc2' });
    await bench.clock.pass(20_000);
    expect((await bench.get('/api/v1/nodes/nuc2')).status).toBe(404);
    expect((await bench.get(`${LEASES}/nuc2`)).status).toBe(404);
    expect(await podsOn(bench, 'nuc2')).toEqual([]);
    await bench.demo.stage.apply({ action: 'addNode', node: 'nuc3' });
    await bench.clock.pass(1000);
    expect((await node(bench, 'nuc3')).conditions.Ready).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    await bench.clock.pass(15_000);
    expect((await node(bench, 'nuc3')).conditions.Ready.status).toBe('True');
    expect((await podsOn(bench, 'nuc3')).map(({ status }) => status.phase)).toEqual(['Running', 'Running', 'Running']);
  });

  test('a node that is not there is an error, and so is one that is there already', async () => {
    const { stage } = createBench().demo;
    for (const action of ['silenceNode', 'cordon', 'drain', 'removeNode'] as const) {
      await expect(stage.apply({ action, node: 'nuc9' })).rejects.toThrow('the demo has no node nuc9');
    }
    await expect(stage.apply({ action: 'addNode', node: 'nuc0' })).rejects.toThrow('has a node nuc0 already');
  });
});
