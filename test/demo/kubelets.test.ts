import { describe, expect, test } from 'vitest';
import { nodeStatsFact, type NodeStatsFact } from '#server/facts/node-stats.ts';
import { demoPlay } from '#server/cluster/demo/demo-play.ts';
import { createBench, type DemoBench } from './demo-client.ts';

const limitMs = 10_000;

/** What the kubelet of a node says, or why it says nothing. */
async function askedOf({ demo, clock }: DemoBench, node: string): Promise<{ status: number; text: string }> {
  const { signal } = new AbortController();
  const place = { node, host: '192.168.1.11', port: 10_250, verify: true, mayRenew: true };
  const asked = demo.connection.kubelets.request({
    ...place,
    path: '/stats/summary',
    signal,
    headersTimeoutMs: limitMs,
  });
  const { status, body } = await clock.until(asked, limitMs + 1_000);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { status, text: Buffer.concat(chunks).toString() };
}

async function figuresOf(bench: DemoBench, node = 'nuc1'): Promise<NodeStatsFact> {
  const { text } = await askedOf(bench, node);
  return nodeStatsFact(JSON.parse(text), node, `kubelet/${node}`);
}

function fullness({ disk }: NodeStatsFact): number {
  return 1 - (disk?.availableBytes ?? 0) / (disk?.capacityBytes ?? 1);
}

describe("the demo's kubelets", () => {
  test.each(['kmaster', 'nuc0', 'nuc1', 'nuc2'])('tell believable figures of %s and each of its pods', async (node) => {
    const bench = createBench();
    const figures = await figuresOf(bench, node);
    const capacity = (await bench.get(`/api/v1/nodes/${node}`)).json.status.capacity;
    expect(figures.cpuCores).toBeGreaterThan(0.05);
    expect(figures.cpuCores).toBeLessThan(Number(capacity.cpu) / 2);
    expect((figures.memoryBytes ?? 0) + (figures.memoryAvailableBytes ?? 0)).toBe(parseInt(capacity.memory) * 1024);
    expect(figures.memoryBytes).toBeGreaterThan(8e8);
    expect(figures.disk?.capacityBytes).toBe(parseInt(capacity['ephemeral-storage']) * 1024);
    expect(fullness(figures)).toBeGreaterThan(0.3);
    expect(fullness(figures)).toBeLessThan(0.7);
    expect(figures.imageDisk).toBeNull();
    const running = (await bench.get('/api/v1/pods')).json.items.filter(
      ({ spec, status }: { spec: { nodeName: string }; status: { phase: string } }) =>
        spec.nodeName === node && status.phase === 'Running',
    );
    expect(figures.pods.map(({ uid }) => uid).toSorted()).toEqual(
      running.map(({ metadata }: { metadata: { uid: string } }) => metadata.uid).toSorted(),
    );
    for (const pod of figures.pods) expect(pod.memoryBytes).toBeGreaterThan(20e6);
    bench.demo.stop();
  });

  test('move a little, and tell the same for the same seed and time', async () => {
    const [one, other] = [createBench(), createBench()];
    const first = await figuresOf(one);
    expect(await figuresOf(other)).toEqual(first);
    await one.clock.pass(60_000);
    const later = await figuresOf(one);
    expect(later.cpuCores).not.toBe(first.cpuCores);
    expect(later.disk?.at).toBe((first.disk?.at ?? 0) + 60_000);
    expect(Math.abs(fullness(later) - fullness(first))).toBeLessThan(0.001);
    for (const { demo } of [one, other]) demo.stop();
  });

  test('of a lost node say nothing, and answer again when it is back', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'nuc1' });
    await expect(askedOf(bench, 'nuc1')).rejects.toMatchObject({ failure: 'timeout' });
    await bench.demo.stage.apply({ action: 'reviveNode', node: 'nuc1' });
    expect((await askedOf(bench, 'nuc1')).status).toBe(200);
    bench.demo.stop();
  });

  test('refuse credentials that have expired, and who has not the right', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'apiForbidden', resource: 'nodes/stats' });
    expect(await askedOf(bench, 'nuc1')).toMatchObject({
      status: 403,
      text: expect.stringContaining('[stats]') as string,
    });
    await bench.demo.stage.apply({ action: 'apiUnauthorized' });
    expect((await askedOf(bench, 'nuc1')).status).toBe(401);
    bench.demo.stop();
  });

  test('of a node whose disk fills say so, full in some hours, and it is as before when healed', async () => {
    const bench = createBench();
    const before = await figuresOf(bench);
    await bench.demo.stage.apply({ action: 'diskFills', node: 'nuc1', bytesPerHour: 60e9 });
    await bench.clock.pass(20 * 60_000);
    const after = await figuresOf(bench);
    const grown = (after.disk?.usedBytes ?? 0) - (before.disk?.usedBytes ?? 0);
    expect(grown / 1e9).toBeCloseTo(20, 0);
    const hoursLeft = (after.disk?.availableBytes ?? 0) / 60e9;
    expect(hoursLeft).toBeGreaterThan(1);
    expect(hoursLeft).toBeLessThan(6);
    expect(fullness(after)).toBeLessThan(0.8);
    await bench.clock.pass(12 * 3_600_000);
    expect((await figuresOf(bench)).disk?.availableBytes).toBe(0);
    await bench.demo.stage.apply({ action: 'diskHeals', node: 'nuc1' });
    expect(fullness(await figuresOf(bench))).toBeCloseTo(fullness(before), 2);
    bench.demo.stop();
  });

  test('of the scenario disk-filling warn by how full the disk is within two minutes, are bad within seven, then as before', async () => {
    const bench = createBench({ play: demoPlay('disk-filling')! });
    const before = fullness(await figuresOf(bench));
    const fullAfter = async (minutes: number) => {
      await bench.clock.pass(minutes * 60_000);
      return fullness(await figuresOf(bench));
    };
    // A finding needs it to be so for a minute.
    const [warns, isBad, atMost, healed] = [
      await fullAfter(1),
      await fullAfter(5),
      await fullAfter(3),
      await fullAfter(1),
    ];
    expect(warns).toBeGreaterThan(0.8);
    expect(warns).toBeLessThan(0.85);
    expect(isBad).toBeGreaterThan(0.9);
    // From here on a real kubelet would evict, which this scenario does not show.
    expect(atMost).toBeLessThan(0.95);
    expect(healed).toBeCloseTo(before, 2);
    bench.demo.stop();
  });

  test('of a node under pressure tell of a disk and a memory that are used up', async () => {
    const bench = createBench();
    const report = { node: 'nuc1', status: 'True', reason: 'x', message: 'x' } as const;
    await bench.demo.stage.apply({ action: 'setNodeCondition', type: 'DiskPressure', ...report });
    await bench.demo.stage.apply({ action: 'setNodeCondition', type: 'MemoryPressure', ...report });
    await bench.clock.pass(1_000);
    const figures = await figuresOf(bench);
    expect(fullness(figures)).toBeGreaterThan(0.95);
    expect(figures.memoryAvailableBytes).toBeLessThan((figures.memoryBytes ?? 0) / 20);
    bench.demo.stop();
  });
});
