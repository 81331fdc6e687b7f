import { describe, expect, test } from 'vitest';
import { createBench, type OpenWatch } from './demo-client.ts';

const WATCH_LIST = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const types = ({ lines }: OpenWatch) => lines.map(({ type }) => type);
const revisionOf = ({ lines }: OpenWatch) => Number(lines.at(-1)?.object.metadata.resourceVersion);

describe('watches', () => {
  test('a WatchList tells all objects, then the bookmark that ends them, then what happens', async () => {
    const { watch, get, clock } = createBench();
    const leases = await watch(`${LEASES}?${WATCH_LIST}`);
    expect(types(leases)).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED', 'BOOKMARK']);
    expect(leases.lines[4]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(revisionOf(leases)).toBe(Number((await get(LEASES)).json.metadata.resourceVersion));
    await clock.pass(10_000);
    expect(types(leases).slice(5)).toEqual(['MODIFIED', 'MODIFIED', 'MODIFIED', 'MODIFIED']);
    expect(leases.over()).toBeNull();
  });

  test('a watch from a revision tells exactly what came after it', async () => {
    const { watch, get, clock } = createBench();
    const { json } = await get(LEASES);
    await clock.pass(30_000);
    const leases = await watch(`${LEASES}?watch=1&resourceVersion=${json.metadata.resourceVersion}`);
    expect(types(leases)).toEqual(Array(12).fill('MODIFIED'));
    const revisions = leases.lines.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(revisions).toEqual(revisions.toSorted((one, other) => one - other));
    expect(revisions[0]).toBeGreaterThan(Number(json.metadata.resourceVersion));
  });

  test('taking up a watch again loses and repeats nothing', async () => {
    const { watch, get, clock } = createBench();
    const from = (await get(LEASES)).json.metadata.resourceVersion;
    const whole = await watch(`${LEASES}?watch=1&resourceVersion=${from}`);
    const first = await watch(`${LEASES}?watch=1&resourceVersion=${from}`);
    await clock.pass(17_000);
    first.stop();
    const second = await watch(`${LEASES}?watch=1&resourceVersion=${revisionOf(first)}`);
    await clock.pass(23_000);
    expect([...first.lines, ...second.lines]).toEqual(whole.lines);
    expect(first.over()).toBe('aborted');
  });

  test('a revision that is forgotten is answered with 200 and an ERROR event of code 410, and the stream ends', async () => {
    const { watch, get, clock } = createBench();
    const old = (await get(LEASES)).json.metadata.resourceVersion;
    await clock.pass(660_000);
    const late = await watch(`${LEASES}?watch=1&resourceVersion=${old}`);
    expect(types(late)).toEqual(['ERROR']);
    expect(late.lines[0]?.object).toMatchObject({ kind: 'Status', status: 'Failure', code: 410, reason: 'Expired' });
    expect(late.lines[0]?.object.message).toMatch(new RegExp(`^too old resource version: ${old} \\(\\d+\\)$`));
    expect(late.over()).toBe('end');
  });

  test('a revision of five minutes ago is still known', async () => {
    const { watch, get, clock } = createBench();
    await clock.pass(900_000);
    const { json } = await get(LEASES);
    await clock.pass(299_000);
    expect(types(await watch(`${LEASES}?watch=1&resourceVersion=${json.metadata.resourceVersion}`))[0]).toBe(
      'MODIFIED',
    );
  });

  test('a WatchList from a revision that is yet to come says 504, a watch waits without a word', async () => {
    const { watch, clock } = createBench();
    const list = await watch(`/api/v1/nodes?${WATCH_LIST}&resourceVersion=999999999`);
    expect(list.lines[0]).toMatchObject({ type: 'ERROR', object: { code: 504, reason: 'Timeout' } });
    const plain = await watch('/api/v1/nodes?watch=1&resourceVersion=999999999');
    await clock.pass(400_000);
    expect(plain.text()).toBe('');
  });

  test('bookmarks come once a minute and carry the newest revision', async () => {
    const { watch, get, clock } = createBench();
    const revision = (await get('/api/v1/namespaces')).json.metadata.resourceVersion;
    const quiet = await watch(`/api/v1/namespaces?watch=1&resourceVersion=${revision}&allowWatchBookmarks=1`);
    await clock.pass(181_000);
    expect(types(quiet)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
    expect(revisionOf(quiet)).toBeGreaterThan(Number(revision) + 60);
    expect(quiet.lines[0]?.object.metadata.annotations).toBeUndefined();
  });

  test('timeoutSeconds ends a watch well', async () => {
    const { watch, clock } = createBench();
    const short = await watch('/api/v1/nodes?watch=1&timeoutSeconds=42');
    await clock.pass(41_000);
    expect(short.over()).toBeNull();
    await clock.pass(1000);
    expect(short.over()).toBe('end');
  });

  test('what leaves a selection is told as deleted, what enters it as added', async () => {
    const { watch, get, demo, clock } = createBench();
    const revision = (await get('/api/v1/nodes')).json.metadata.resourceVersion;
    const open = `/api/v1/pods?watch=1&fieldSelector=status.phase=Running&resourceVersion=${revision}`;
    const running = await watch(open);
    await clock.pass(150_000);
    expect(running.lines.map(({ type, object }) => `${type} ${object.metadata.name.replace(/-.*/, '')}`)).toEqual([
      'ADDED ddns',
      'DELETED ddns',
    ]);
    demo.stop();
  });

  test('a deleted object is told with its last state and the revision of its deletion', async () => {
    const { watch, demo } = createBench();
    const nodes = await watch('/api/v1/nodes?watch=1');
    const before = nodes.lines.find(({ object }) => object.metadata.name === 'nuc2');
    await demo.stage.apply({ action: 'removeNode', node: 'nuc2' });
    await new Promise((resolve) => setImmediate(resolve));
    const { type, object } = nodes.lines.at(-1) ?? { type: '', object: {} };
    expect(type).toBe('DELETED');
    expect(object.status).toEqual(before?.object.status);
    expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(before?.object.metadata.resourceVersion));
  });

  test('lines are cut anywhere on their way, and whole when put together', async () => {
    const { demo, clock } = createBench();
    const request = { path: `/api/v1/pods?${WATCH_LIST}`, headersTimeoutMs: 1000 };
    const control = new AbortController();
    const response = await clock.until(demo.connection.transport.request({ ...request, signal: control.signal }));
    const ends: number[] = [];
    let text = '';
    for await (const chunk of response.body) {
      text += Buffer.from(chunk).toString();
      ends.push(chunk.at(-1) ?? 0);
      if (text.includes('initial-events-end')) break;
    }
    expect(ends.filter((byte) => byte !== 0x0a).length).toBeGreaterThan(2);
    expect(text.trimEnd().split('\n').length).toBe(55);
    await clock.pass(300_000);
  });

  test('open streams show life every 5 s', async () => {
    const { watch, clock } = createBench();
    const nodes = await watch('/api/v1/nodes?watch=1');
    await clock.pass(20_000);
    const { aliveAt } = nodes;
    expect(aliveAt.length).toBeGreaterThanOrEqual(5);
    expect(clock.now() - (aliveAt.at(-1) ?? 0)).toBeLessThanOrEqual(5000);
  });
});
