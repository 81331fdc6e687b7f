import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { statusOf } from './pretended-nodes.ts';
import { servedCertificate } from './serving-certificate.ts';
import { until } from './until.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 4 });
});

afterAll(() => plane?.stop());

const PODS = '/api/v1/namespaces/default/pods';

interface List {
  items: { metadata: { name: string; uid: string }; status: { phase?: string } }[];
}

const phases = async () => (await plane.request<List>('GET', PODS)).items.map((pod) => pod.status.phase);
const lease = (name: string) =>
  plane.request('GET', `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`);

test('it is Kubernetes 1.36.4 with four nodes that are Ready and renew their leases', async () => {
  expect(await plane.request('GET', '/version')).toMatchObject({ gitVersion: 'v1.36.4', major: '1', minor: '36' });
  const nodes = await plane.kubectl(['get', 'nodes', '--no-headers']);
  expect(nodes.match(/\bReady\b/g)).toHaveLength(4);
  expect(nodes).toContain('v1.36.4+k3s1');
  const before = JSON.stringify(await lease('nuc3'));
  await until('nuc3 renews its lease', async () => JSON.stringify(await lease('nuc3')) !== before, { withinMs: 6000 });
});

test('a Deployment becomes running pods, and a pod by hand keeps the status that is patched into it', async () => {
  const container = { name: 'web', image: 'registry.example/web:1' };
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  await plane.apply([
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 3, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'by-hand', namespace: 'default', labels: { 'clusterwall.test/by-hand': 'true' } },
      spec: { containers: [container] },
    },
  ]);
  const running = async () => (await phases()).filter((phase) => phase === 'Running').length === 3;
  await until('three pods run', running);
  await plane.patchStatus(`${PODS}/by-hand`, { phase: 'Failed', reason: 'Evicted' });
  await plane.request('DELETE', '/apis/apps/v1/namespaces/default/deployments/web');
  await until('only the other pod is left', async () => (await phases()).join() === 'Failed', { withinMs: 20_000 });
});

test('a condition that is set stays, and a cordoned node is unschedulable', async () => {
  await plane.setNodeCondition('nuc2', { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' });
  await plane.cordon('nuc1');
  const tainted = async () => (await plane.node('nuc2')).spec.taints?.some(({ key }) => key.endsWith('disk-pressure'));
  await until('the disk pressure is a taint', tainted);
  expect((await plane.node('nuc1')).spec.unschedulable).toBe(true);
  await plane.uncordon('nuc1');
  expect(statusOf(await plane.node('nuc2'), 'DiskPressure')).toBe('True');
  await plane.setNodeCondition('nuc2', { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure' });
});

test('a silenced node becomes Unknown by the controllers, and Ready when it speaks again', async () => {
  await plane.silenceNode('nuc3');
  await plane.untilReady('nuc3', 'Unknown', 25_000);
  await plane.reviveNode('nuc3');
  await plane.untilReady('nuc3', 'True', 15_000);
});

test('credentials: expired certificates and tokens are refused, rights can be given and taken', async () => {
  const expired = await plane.issueClientCertificate({ commonName: 'late', notAfter: new Date(Date.now() - 60_000) });
  const late = plane.connectAs(expired);
  await expect(late.request('GET', '/api/v1/nodes')).rejects.toMatchObject({ status: 401 });

  const wall = plane.connectAs({ token: await plane.token('wall') });
  const brief = plane.connectAs({ token: await plane.token('wall', 'default', 2) });
  await expect(wall.request('GET', '/api/v1/nodes')).rejects.toMatchObject({ status: 403 });
  await expect(brief.request('GET', '/api/v1/nodes')).rejects.toMatchObject({ status: 403 });
  const account = { namespace: 'default', name: 'wall' };
  const grant = await plane.grant('wall', { account }, [
    { verbs: ['get', 'list'], apiGroups: [''], resources: ['nodes'] },
  ]);
  await until('the nodes may be listed', () => wall.request('GET', '/api/v1/nodes'), { withinMs: 5000 });
  await grant.revoke();
  const status = (connection: typeof wall) =>
    connection.request('GET', '/api/v1/nodes').then(
      () => 200,
      (error: { status: number }) => error.status,
    );
  await until('the rights are gone', async () => (await status(wall)) === 403, { withinMs: 5000 });
  await until('the brief token has expired', async () => (await status(brief)) === 401, { withinMs: 20_000 });
});

test('the kubeconfig is good for kubectl, and may lead elsewhere', async () => {
  const path = plane.kubeconfig({ server: `https://localhost:${plane.port}` });
  expect(await plane.kubectl(['--kubeconfig', path, 'config', 'view', '--minify'])).toContain('https://localhost');
  expect(await plane.kubectl(['--kubeconfig', path, 'get', 'namespace', 'default', '-o', 'name'])).toBe(
    'namespace/default\n',
  );
});

test('an exchanged serving certificate is shown in new handshakes', async () => {
  const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
  await plane.exchangeServingCertificate({ notAfter });
  const shown = new X509Certificate(await servedCertificate(plane.port));
  expect(shown.validToDate).toEqual(notAfter);
  const stranger = plane.connectAs();
  await expect(stranger.request('GET', '/version')).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  const good = await plane.exchangeServingCertificate();
  expect(new X509Certificate(await servedCertificate(plane.port)).checkPrivateKey(createPrivateKey(good.key))).toBe(
    true,
  );
});

test('a paused API server accepts and does not answer, a killed one refuses, and both come back', async () => {
  const server = plane.component('kube-apiserver');
  const identity = await plane.identity();
  server.pause();
  const ask = () => plane.connectAs().request('GET', '/version', undefined, { timeoutMs: 1000 });
  await expect(ask()).rejects.toMatchObject({ name: 'AbortError' });
  server.resume();
  await until('it answers', ask);

  await server.kill();
  expect(server.running).toBe(false);
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await server.start({ flags: ['--event-ttl=2m'] });
  expect(await plane.identity()).toBe(identity);
});

test('wiped storage makes another cluster, in which nodes become Ready again', async () => {
  const identity = await plane.identity();
  await plane.wipeEtcd();
  expect(await plane.identity()).not.toBe(identity);
  expect(await plane.kubectl(['get', 'nodes', '-o', 'name'])).toBe('');
  await plane.addNode('nuc9', { info: { osImage: 'Talos (v1.12.0)' } });
  expect(await plane.kubectl(['get', 'nodes', '-o', 'wide'])).toContain('Talos');
});
