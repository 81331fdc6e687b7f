import type { Action } from '#server/cluster/demo/scenario.ts';
import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const heals: Action = { action: 'apiHeals' };

describe('the API server refuses', () => {
  test('401 to every request, while open watches live on', async () => {
    const { demo, get, watch, clock } = createBench();
    const leases = await watch(`${LEASES}?watch=1`);
    await demo.stage.apply({ action: 'apiUnauthorized' });
    for (const path of ['/readyz', '/api/v1/nodes', '/api/v1/nodes?watch=1', '/foo']) {
      const { status, json } = await get(path);
      expect([path, status]).toEqual([path, 401]);
      expect(json).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      });
    }
    const told = leases.lines.length;
    await clock.pass(10_000);
    expect(leases.lines.length).toBe(told + 4);
    expect(demo.connection.credential().expiresAt).toBeLessThanOrEqual(clock.now());
    await demo.stage.apply(heals);
    expect((await get('/readyz')).text).toBe('ok');
    expect(demo.connection.credential().expiresAt).toBeGreaterThan(clock.now());
  });

  test('403 for what we may not read, naming the right, and nothing else', async () => {
    const { demo, get } = createBench();
    await demo.stage.apply({ action: 'apiForbidden', resource: 'pods' });
    await demo.stage.apply({ action: 'apiForbidden', resource: 'leases' });
    const pods = (await get('/api/v1/pods')).json;
    expect(pods).toMatchObject({ code: 403, reason: 'Forbidden', details: { kind: 'pods' } });
    expect(pods.message).toBe(
      'pods is forbidden: User "clusterwall" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect((await get(`${LEASES}?watch=1`)).json.message).toBe(
      'leases.coordination.k8s.io is forbidden: User "clusterwall" cannot watch resource "leases" in API group "coordination.k8s.io" in the namespace "kube-node-lease"',
    );
    expect((await get('/api/v1/namespaces/a/pods/x')).json.message).toMatch(/^pods "x" is forbidden: .* cannot get /);
    expect((await get('/api/v1/nodes')).status).toBe(200);
  });
});

describe('the API server is away', () => {
  test('refused: streams break off, requests fail at once, nobody renews; all come back after it', async () => {
    const { demo, get, watch, clock } = createBench();
    const leases = await watch(`${LEASES}?watch=1`);
    await clock.pass(20_000);
    await demo.stage.apply({ action: 'apiRefused' });
    await clock.pass(1);
    expect(leases.over()).toBe('reset');
    const before = clock.now();
    await expect(get('/readyz')).rejects.toMatchObject({
      failure: 'refused',
      message: '192.168.1.10:6443 refused the connection',
    });
    expect(clock.now() - before).toBeLessThan(50);
    const handshake = await clock.until(demo.connection.handshake?.(10_000) ?? Promise.reject(new Error('none')));
    expect(handshake).toMatchObject({ outcome: 'no-handshake', notAfter: null });
    await clock.pass(120_000);
    await demo.stage.apply(heals);
    await clock.pass(2000);
    const { items } = (await get(LEASES)).json;
    for (const { spec } of items) expect(clock.now() - Date.parse(spec.renewTime)).toBeLessThan(2500);
    await clock.pass(60_000);
    const nodes = (await get('/api/v1/nodes')).json.items;
    for (const { status } of nodes) expect(status.conditions.at(-1).status).toBe('True');
  });

  test('silent: requests wait until their limit, streams until the connection counts as dead', async () => {
    const { demo, get, watch, clock } = createBench();
    const leases = await watch(`${LEASES}?watch=1&allowWatchBookmarks=1`);
    await demo.stage.apply({ action: 'apiSilent' });
    const told = leases.text();
    const before = clock.now();
    await expect(get('/readyz', 10_000)).rejects.toMatchObject({
      failure: 'silent',
      message: 'connected to 192.168.1.10:6443, but the request got no answer within 10 s',
    });
    expect(clock.now() - before).toBeGreaterThanOrEqual(10_000);
    expect(leases.over()).toBeNull();
    await clock.pass(11_000);
    expect(leases.over()).toBe('silent');
    expect(leases.text()).toBe(told);
    const handshake = demo.connection.handshake?.(10_000) ?? Promise.reject(new Error('none'));
    expect((await clock.until(handshake)).outcome).toBe('no-handshake');
  });

  test('silent for a moment: what was asked is answered, and streams go on', async () => {
    const { demo, get, watch, clock } = createBench();
    const leases = await watch(`${LEASES}?watch=1`);
    await demo.stage.apply({ action: 'apiSilent' });
    const asked = get('/readyz');
    await clock.pass(8000);
    await demo.stage.apply(heals);
    expect((await asked).text).toBe('ok');
    const told = leases.lines.length;
    await clock.pass(12_000);
    expect(leases.lines.length).toBeGreaterThan(told);
    expect(leases.over()).toBeNull();
  });

  test('with a dead etcd /readyz takes 4 s to name it, lists hang, watches stay open and are told nothing', async () => {
    const { demo, get, watch, clock } = createBench();
    const { json } = await get(LEASES);
    const leases = await watch(`${LEASES}?watch=1&resourceVersion=${json.metadata.resourceVersion}`);
    await demo.stage.apply({ action: 'apiNotReady', parts: ['etcd', 'etcd-readiness'] });
    const told = leases.lines.length;
    const before = clock.now();
    const readyz = await get('/readyz', 10_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(4000);
    expect(readyz.status).toBe(500);
    expect(readyz.text).toContain('[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\n');
    expect(readyz.text).toMatch(/\nreadyz check failed\n$/);
    expect((await get('/livez')).text).toBe('ok');
    expect((await get('/version')).status).toBe(200);
    await expect(get('/api/v1/nodes', 20_000)).rejects.toMatchObject({ failure: 'silent' });
    await expect(
      get('/api/v1/nodes?watch=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan', 5000),
    ).rejects.toThrow();
    expect(leases.lines.length).toBe(told);
    expect(leases.over()).toBeNull();
    expect(clock.now() - (leases.aliveAt.at(-1) ?? 0)).toBeLessThanOrEqual(5000);
    await clock.pass(100_000);
    await demo.stage.apply(heals);
    await clock.pass(15_000);
    expect(leases.lines.length).toBeGreaterThan(told + 4);
    const nodes = (await get('/api/v1/nodes')).json.items;
    for (const { status } of nodes) expect(status.conditions.at(-1).status).toBe('True');
  });

  test('other parts that are not ready are named too, and block nothing', async () => {
    const { demo, get } = createBench();
    await demo.stage.apply({ action: 'apiNotReady', parts: ['poststarthook/rbac/bootstrap-roles', 'own-part'] });
    const { text, status } = await get('/readyz');
    expect(status).toBe(500);
    expect(text.match(/^\[-\]\S+/gm)).toEqual(['[-]poststarthook/rbac/bootstrap-roles', '[-]own-part']);
    expect((await get('/api/v1/nodes')).status).toBe(200);
  });

  test('slow answers are slow', async () => {
    const { demo, get, clock } = createBench();
    await demo.stage.apply({ action: 'apiSlow', latencyMs: 2200 });
    const before = clock.now();
    await get('/readyz');
    expect(clock.now() - before).toBeGreaterThanOrEqual(2200);
  });
});

describe('the way to the API server', () => {
  test('usual answers take 8 to 20 ms', async () => {
    const { get, clock } = createBench();
    for (let round = 0; round < 20; round += 1) {
      const before = clock.now();
      await get('/readyz');
      expect(clock.now() - before).toBeGreaterThanOrEqual(8);
      expect(clock.now() - before).toBeLessThanOrEqual(25);
    }
  });

  test('an expired serving certificate shows in a new handshake, and stops those who must connect anew', async () => {
    const { demo, get, clock } = createBench();
    const shake = () => clock.until(demo.connection.handshake?.(10_000) ?? Promise.reject(new Error('none')));
    const good = await shake();
    expect(good).toMatchObject({ outcome: 'trusted', message: '', subject: 'O=k3s, CN=k3s' });
    expect((good.notAfter! - clock.now()) / 86_400_000).toBeCloseTo(318, 0);
    expect((await get('/readyz')).text).toBe('ok');
    await demo.stage.apply({ action: 'servingCertificateExpired' });
    const expired = await shake();
    expect(expired).toMatchObject({ outcome: 'expired', message: 'the certificate of 192.168.1.10:6443 has expired' });
    expect(expired.notAfter).toBeLessThanOrEqual(clock.now());
    expect((await get('/readyz')).text).toBe('ok');
    await demo.stage.apply({ action: 'cutConnections' });
    await expect(get('/readyz')).rejects.toMatchObject({ failure: 'certificate-expired' });
    await demo.stage.apply(heals);
    expect((await get('/readyz')).text).toBe('ok');
  });

  test('cut connections come back at once', async () => {
    const { demo, get, watch, clock } = createBench();
    const nodes = await watch('/api/v1/nodes?watch=1');
    await demo.stage.apply({ action: 'cutConnections' });
    await clock.pass(1);
    expect(nodes.over()).toBe('reset');
    expect((await get('/api/v1/nodes')).status).toBe(200);
  });

  test('a request that is given up fails as aborted, before it is sent and while it waits', async () => {
    const { demo, clock } = createBench();
    const { transport } = demo.connection;
    const control = new AbortController();
    await demo.stage.apply({ action: 'apiSilent' });
    const asked = transport.request({ path: '/readyz', signal: control.signal, headersTimeoutMs: 10_000 });
    const rejected = expect(asked).rejects.toMatchObject({ failure: 'aborted' });
    await clock.pass(1000);
    control.abort();
    await rejected;
    const late = transport.request({ path: '/readyz', signal: control.signal, headersTimeoutMs: 10_000 });
    await expect(late).rejects.toMatchObject({ failure: 'aborted' });
  });

  test('a wiped cluster is another: new identity, lower revisions, no nodes until they join', async () => {
    const { demo, get, watch, clock } = createBench();
    const uid = async () => (await get('/api/v1/namespaces/kube-system')).json.metadata.uid;
    const before = await uid();
    const nodes = await watch('/api/v1/nodes?watch=1');
    await demo.stage.apply({ action: 'wipeCluster' });
    await clock.pass(1);
    expect(nodes.over()).toBe('reset');
    expect(await uid()).not.toBe(before);
    const list = (await get('/api/v1/nodes')).json;
    expect(list.items).toEqual([]);
    expect(Number(list.metadata.resourceVersion)).toBeLessThan(1000);
    expect((await get('/api/v1/pods')).json.items).toEqual([]);
    await demo.stage.apply({ action: 'addNode', node: 'kmaster' });
    await clock.pass(60_000);
    const pods = (await get('/api/v1/pods?fieldSelector=status.phase=Running')).json.items;
    expect(pods.length).toBe(5);
    expect((await get('/api/v1/nodes/kmaster')).json.status.conditions.at(-1).status).toBe('True');
  });
});
