import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const WATCHED = ['/api/v1/nodes', '/api/v1/pods', '/api/v1/events', LEASES];

/** All that a client sees of an hour with a lost node and a draining in it, as bytes. */
async function hourOf(seed: number): Promise<string> {
  const { watch, clock, demo, get } = createBench({ seed });
  const lists = await Promise.all(WATCHED.map((path) => get(path)));
  const watches = [];
  for (const path of WATCHED) watches.push(await watch(`${path}?watch=1&allowWatchBookmarks=1`));
  await clock.pass(600_000);
  await demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
  await clock.pass(600_000);
  await demo.stage.apply({ action: 'reviveNode', node: 'nuc2' });
  await clock.pass(2_400_000);
  return JSON.stringify([lists, watches.map(({ text }) => text()), demo.connection.caHash]);
}

const podNames = async ({ get }: DemoBench) =>
  (await get('/api/v1/pods')).json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);

describe('the homelab lives', () => {
  test('four nodes and 54 pods of a believable homelab', async () => {
    const bench = createBench();
    const nodes = (await bench.get('/api/v1/nodes')).json.items;
    expect(nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'kmaster',
      'nuc0',
      'nuc1',
      'nuc2',
    ]);
    const pods = await podNames(bench);
    expect(pods.length).toBe(54);
    for (const known of ['coredns', 'traefik', 'gitea', 'home-assistant-0', 'jellyfin', 'cat-of-the-day', 'argocd']) {
      expect(pods.some((name: string) => name.startsWith(known))).toBe(true);
    }
  });

  test('each node renews its lease every 10 s', async () => {
    const { watch, clock } = createBench();
    const leases = await watch(`${LEASES}?watch=1`);
    await clock.pass(60_000);
    for (const node of ['kmaster', 'nuc0', 'nuc1', 'nuc2']) {
      const times = leases.lines
        .filter(({ object }) => object.metadata.name === node)
        .map(({ object }) => Date.parse(object.spec.renewTime));
      expect(times.length).toBe(7);
      const gaps = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0));
      expect(gaps.every((gap) => gap === 10_000)).toBe(true);
    }
  });

  test('healthy nodes write their status about every 5 min, and keep the time of their last transition', async () => {
    const { watch, clock } = createBench();
    const nodes = await watch('/api/v1/nodes?watch=1');
    await clock.pass(600_000);
    const ofNuc0 = nodes.lines.filter(({ object }) => object.metadata.name === 'nuc0');
    expect(ofNuc0.length).toBe(3);
    const ready = ofNuc0.map(({ object }) => object.status.conditions.at(-1));
    expect(new Set(ready.map(({ lastTransitionTime }) => lastTransitionTime)).size).toBe(1);
    expect(new Set(ready.map(({ lastHeartbeatTime }) => lastHeartbeatTime)).size).toBe(3);
  });

  test('job pods come, succeed and go; their number stays', async () => {
    const bench = createBench();
    const pods = await bench.watch('/api/v1/pods?watch=1&labelSelector=job-name');
    await bench.clock.pass(1_200_000);
    const ddns = pods.lines.slice(7).map(({ type, object }) => `${type} ${object.status.phase}`);
    const round = ['ADDED Pending', 'MODIFIED Pending', 'MODIFIED Running', 'DELETED Succeeded', 'MODIFIED Succeeded'];
    expect(ddns).toEqual([...round, ...round, ...round, ...round]);
    expect((await podNames(bench)).length).toBe(54);
  });

  test('now and then a container falls over, is restarted, and remembers why', async () => {
    const { watch, clock } = createBench();
    const pods = await watch('/api/v1/pods?watch=1&fieldSelector=status.phase=Running');
    await clock.pass(3_600_000);
    const { lines } = pods;
    const falls = lines.filter(({ type, object }) => {
      return type === 'MODIFIED' && object.status.containerStatuses?.[0]?.state.terminated;
    });
    expect(falls.length).toBeGreaterThanOrEqual(2);
    expect(falls.length).toBeLessThanOrEqual(6);
    const fallen = falls[0]?.object;
    const after = lines.slice(lines.indexOf(falls[0]!) + 1);
    const up = after.find(({ object }) => object.metadata.uid === fallen.metadata.uid)?.object;
    const [before, now] = [fallen.status.containerStatuses[0], up.status.containerStatuses[0]];
    expect(now).toMatchObject({ ready: true, restartCount: before.restartCount + 1, lastState: before.state });
    expect(now.lastState.terminated.exitCode).toBe(143);
  });

  test('in a day the number of objects stays bounded: events go after an hour', async () => {
    const bench = createBench();
    await bench.clock.pass(86_400_000);
    expect((await podNames(bench)).length).toBe(54);
    const events = (await bench.get('/api/v1/events')).json.items;
    expect(events.length).toBeGreaterThan(40);
    expect(events.length).toBeLessThan(120);
    const oldest = Math.min(...events.map((event: { lastTimestamp: string }) => Date.parse(event.lastTimestamp)));
    expect(bench.clock.now() - oldest).toBeLessThan(3_600_000 + 300_000 + 1000);
  }, 30_000);

  test('the same seed and the same steps give the same bytes; another seed gives others', async () => {
    const hour = await hourOf(7);
    expect(await hourOf(7)).toBe(hour);
    const other = await hourOf(8);
    expect(other).not.toBe(hour);
  }, 30_000);

  test('the identity hangs on the seed', async () => {
    const uid = async (seed: number) =>
      (await createBench({ seed }).get('/api/v1/namespaces/kube-system')).json.metadata.uid;
    expect(await uid(7)).toBe(await uid(7));
    expect(await uid(8)).not.toBe(await uid(7));
  });

  test('at rest there is one timer, which fires less than once a second with six watches open', async () => {
    const { watch, clock } = createBench();
    for (const path of [...WATCHED, '/api/v1/namespaces', '/apis/apiregistration.k8s.io/v1/apiservices']) {
      await watch(`${path}?watch=1`);
    }
    const before = clock.set;
    await clock.pass(600_000);
    expect(clock.pending).toBe(1);
    expect(clock.set - before).toBeLessThan(600);
  });

  test('a stopped demo leaves no timer, and its streams and requests end', async () => {
    const { watch, clock, demo, get } = createBench();
    const nodes = await watch('/api/v1/nodes?watch=1');
    const asked = get('/api/v1/pods');
    demo.stop();
    await expect(asked).rejects.toMatchObject({ failure: 'aborted' });
    await clock.pass(1);
    expect(nodes.over()).toBe('aborted');
    expect(clock.pending).toBe(0);
    await expect(get('/readyz')).rejects.toMatchObject({ failure: 'aborted' });
  });
});
