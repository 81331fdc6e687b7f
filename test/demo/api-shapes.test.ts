import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';
import { recorded, recordedBookmarks, recordedStatuses } from './recorded-answers.ts';
import { recordedWorkloads } from './recorded-workloads.ts';

/** Keys and types of a value; of lists the first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

/** Keys in their order, without those that an owner chooses: labels, and what a quota counts. */
function looksOf(value: object): string {
  const chosen = ['matchLabels', 'labels', 'hard', 'used'];
  return JSON.stringify(value, (key, inner: unknown) => {
    if (chosen.includes(key)) return {};
    return typeof inner === 'string' || typeof inner === 'number' ? typeof inner : inner;
  });
}

describe('answers have the shape of a real API server', () => {
  test('/version, with its k3s version', async () => {
    const { json } = await createBench().get('/version');
    expect(Object.keys(json)).toEqual(Object.keys(recorded['/version']));
    expect(json.gitVersion).toBe('v1.36.2+k3s1');
  });

  test('namespace kube-system, with its keys in their order', async () => {
    const { json } = await createBench().get('/api/v1/namespaces/kube-system');
    const real = recorded['/api/v1/namespaces/kube-system'];
    expect(JSON.stringify(shapeOf(json))).toBe(JSON.stringify(shapeOf(real)));
  });

  test('a lease as it is watched', async () => {
    const { watch } = createBench();
    const { lines } = await watch('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?watch=1');
    const { ownerReferences, ...metadata } = lines[0]?.object.metadata ?? {};
    expect(ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: metadata.name, uid: expect.any(String) }]);
    const real = recorded['/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?watch=1'];
    expect(shapeOf({ ...lines[0], object: { ...lines[0]?.object, metadata } })).toEqual(shapeOf(real));
    expect(lines[0]?.object.spec.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test('an event as it is watched', async () => {
    const { clock, watch } = createBench();
    await clock.pass(600_000);
    const { lines } = await watch('/api/v1/events?watch=1&fieldSelector=involvedObject.kind=Pod');
    const fromKubelet = lines.find(({ object }) => object.source.host !== undefined);
    expect(JSON.stringify(shapeOf(fromKubelet))).toBe(JSON.stringify(shapeOf(recorded['/api/v1/events?watch=1'])));
  });

  test.each(Object.keys(recordedStatuses))('GET %s is refused in the same words', async (path) => {
    const { status, json } = await createBench().get(path);
    expect(json).toEqual(recordedStatuses[path]);
    expect(status).toBe(json.code);
  });

  test.each(Object.keys(recordedBookmarks))('the bookmark after the initial events of %s', async (path) => {
    const { watch } = createBench();
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const { type, object } = (await watch(`${path}?${query}`)).lines.at(-1) ?? { type: '', object: {} };
    expect(type).toBe('BOOKMARK');
    const { metadata, ...rest } = object;
    expect(rest).toEqual(recordedBookmarks[path]);
    expect(metadata).toEqual({
      resourceVersion: expect.stringMatching(/^\d+$/),
      annotations: { 'k8s.io/initial-events-end': 'true' },
    });
  });

  test.each([
    ['/apis/apps/v1', 'deployments', 'cert-manager/cert-manager'],
    ['/apis/apps/v1', 'statefulsets', 'argocd/argocd-application-controller'],
    ['/apis/apps/v1', 'daemonsets', 'longhorn-system/engine-image-ei-3154f3aa'],
    ['/api/v1', 'resourcequotas', 'paperless/paperless-quota'],
  ])('%s/%s as their controllers write them, keys in their order', async (api, resource, key) => {
    const [namespace, name] = key.split('/');
    const { spec, status } = (await createBench().get(`${api}/namespaces/${namespace}/${resource}/${name}`)).json;
    const real = recordedWorkloads[resource];
    expect(looksOf({ spec, status })).toBe(looksOf({ spec: real?.spec, status: real?.status }));
  });

  test('a ReplicaSet as its controller writes it, with its owner', async () => {
    const path = '/apis/apps/v1/replicasets?labelSelector=app.kubernetes.io/name=cert-manager';
    const { items } = (await createBench().get(path)).json;
    const { metadata, spec, status } = items[0];
    const real = recordedWorkloads['replicasets'];
    expect(looksOf({ spec, status })).toBe(looksOf({ spec: real?.spec, status: real?.status }));
    expect(metadata.name).toMatch(/^cert-manager-[a-z\d]{10}$/);
    expect(metadata.labels['pod-template-hash']).toBe(metadata.name.slice('cert-manager-'.length));
    expect(metadata.ownerReferences).toEqual([
      expect.objectContaining({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'cert-manager', controller: true }),
    ]);
  });

  test('a node has what a kubelet of k3s reports', async () => {
    const { json } = await createBench().get('/api/v1/nodes');
    const [kmaster] = json.items;
    expect(json.kind).toBe('NodeList');
    expect(kmaster.kind).toBeUndefined();
    expect(kmaster.metadata.labels['node-role.kubernetes.io/control-plane']).toBe('true');
    expect(kmaster.status.conditions.map(({ type, status }: Record<string, string>) => `${type}=${status}`)).toEqual([
      'MemoryPressure=False',
      'DiskPressure=False',
      'PIDPressure=False',
      'Ready=True',
    ]);
    expect(kmaster.status.addresses).toContainEqual({ type: 'InternalIP', address: '192.168.1.10' });
    expect(kmaster.status.nodeInfo.kubeletVersion).toBe('v1.36.2+k3s1');
    expect(kmaster.status.daemonEndpoints).toEqual({ kubeletEndpoint: { Port: 10250 } });
    expect(Object.keys(kmaster.status.capacity)).toContain('ephemeral-storage');
  });

  test('a running pod has what a kubelet reports, a finished one its end', async () => {
    const { json } = await createBench().get('/api/v1/pods');
    const running = json.items.find(({ status }: { status: { phase: string } }) => status.phase === 'Running');
    const done = json.items.find(({ status }: { status: { phase: string } }) => status.phase === 'Succeeded');
    expect(Object.keys(running.status.containerStatuses[0])).toEqual(
      'name state lastState ready restartCount image imageID started containerID'.split(' '),
    );
    expect(running.metadata.ownerReferences[0]).toMatchObject({ controller: true });
    expect(done.metadata.ownerReferences[0].kind).toBe('Job');
    expect(done.status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(done.status.conditions.find(({ type }: { type: string }) => type === 'Ready').status).toBe('False');
  });

  test('metrics-server stands beside the API server as an available APIService', async () => {
    const { json } = await createBench().get('/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io');
    expect(json.spec.service).toEqual({ namespace: 'kube-system', name: 'metrics-server', port: 443 });
    expect(json.status.conditions[0]).toMatchObject({ type: 'Available', status: 'True', reason: 'Passed' });
  });

  test('unknown groups are answered in text, as the API server does', async () => {
    const { get } = createBench();
    for (const path of [
      '/foo',
      '/apis/velero.io/v1/backups',
      '/apis/ceph.rook.io/v1/cephclusters',
      '//api/v1/nodes',
      '/readyz/bogus',
    ]) {
      const { status, text, headers } = await get(path);
      expect([path, status, text]).toEqual([path, 404, '404 page not found\n']);
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    }
  });

  test('/readyz says ok, and with verbose names each part', async () => {
    const { get } = createBench();
    expect(await get('/readyz')).toMatchObject({ status: 200, text: 'ok' });
    const { text } = await get('/readyz?verbose');
    expect(text).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd ok\n/);
    expect(text).toMatch(/\nreadyz check passed\n$/);
  });

  test('discovery names what there is', async () => {
    const { get } = createBench();
    const core = await get('/api/v1');
    expect(core.json.resources.map(({ name }: { name: string }) => name)).toContain('pods');
    const leases = await get('/apis/coordination.k8s.io/v1');
    expect(leases.json).toMatchObject({ kind: 'APIResourceList', groupVersion: 'coordination.k8s.io/v1' });
    expect((await get('/apis')).json.groups.length).toBe(12);
  });
});
