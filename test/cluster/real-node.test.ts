import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, REAL_NODE } from './capabilities.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { statusOf } from './pretended-nodes.ts';
import { busyboxImage } from './real-node/busybox-image.ts';
import { startRealNode, type RealNode } from './real-node/real-node.ts';
import { until } from './until.ts';
import type { Pod } from './workload.ts';

const PANIC = 'PANIC:  could not locate a valid checkpoint record';

const PODS = '/api/v1/namespaces/default/pods';

describe.skipIf(lacks('real nodes', REAL_NODE))('a real node beside pretended ones', () => {
  let plane: ControlPlane;
  let node: RealNode;

  beforeAll(async () => {
    plane = await startControlPlane({ nodes: 2 });
    node = await startRealNode(plane);
  });
  afterAll(async () => {
    await node?.stop();
    await plane?.stop();
  });

  const container = (name: string) => plane.request<Pod>('GET', `${PODS}/${name}`).then(firstContainer);
  const waiting = async (name: string) => (await container(name))?.state.waiting;

  async function run(name: string, container: { image?: string; command?: string[]; resources?: object }) {
    const nodeSelector = { 'kubernetes.io/hostname': node.name };
    const containers = [{ name: 'main', image: node.image, ...container }];
    const spec = { nodeSelector, containers, terminationGracePeriodSeconds: 0 };
    await plane.request('POST', PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
  }

  test('it is Ready, without taints, with a runtime and a version of its own, and so are the others', async () => {
    expect(statusOf(await plane.node('real-0'), 'Ready')).toBe('True');
    expect((await plane.node('real-0')).spec.taints ?? []).toEqual([]);
    const table = await plane.kubectl(['get', 'nodes', '--no-headers', '-o', 'wide']);
    expect(table.match(/\bReady\b/g)).toHaveLength(3);
    expect(table).toMatch(/real-0 .* v1\.36\.4 .* 127\.0\.0\.1 .*containerd:\/\/1\./);
  });

  test('a pod runs from the local registry, with a network of its own', async () => {
    await run('web', { command: ['httpd', '-f', '-p', '8080', '-h', '/tmp'] });
    await until('the pod is ready', async () => (await container('web'))?.ready);
    const pod = await plane.request<Pod>('GET', `${PODS}/web`);
    // No page, but an answer.
    expect((await fetch(`http://${pod.status.podIP}:8080/`)).status).toBe(404);
  });

  test('a pod that crashes says how it ended, and the API server gives what it wrote before', async () => {
    await run('database', { command: ['sh', '-c', `echo '${PANIC}'; sleep 1; exit 1`] });
    const last = () => container('database').then((state) => state?.lastState.terminated);
    expect(await until('it has crashed and begun anew', last)).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect((await container('database'))!.restartCount).toBeGreaterThan(0);
    const log = await plane.request<string>('GET', `${PODS}/database/log?previous=true&tailLines=20`);
    expect(log).toBe(`${PANIC}\n`);
  });

  test('a pod that takes more memory than its limit is OOMKilled', async () => {
    await run('greedy', { command: ['tail', '/dev/zero'], resources: { limits: { memory: '16Mi' } } });
    const killed = async () => {
      const state = await container('greedy');
      return state?.lastState.terminated ?? state?.state.terminated;
    };
    expect(await until('it was killed', killed)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test('an image that is not there is not found, one of a dead registry is refused, and both come when they are there', async () => {
    const other = await node.addRegistry();
    await other.registry.kill();
    await run('missing', { image: `${node.registry.host}/busybox:2` });
    await run('refused', { image: other.image });
    const says = (name: string) =>
      until(`the image of ${name} cannot be pulled`, async () => (await waiting(name))?.message);
    expect(await says('missing')).toMatch(/not found/);
    expect(await says('refused')).toMatch(/dial tcp 127\.0\.0\.1:\d+: connect: connection refused/);
    await node.registry.push('busybox', '2', busyboxImage());
    await other.registry.start();
    for (const name of ['missing', 'refused']) await until(`${name} runs`, async () => (await container(name))?.ready);
  });

  test('kwok runs the pods of its own nodes alone: those of the real node have real images', async () => {
    const spec = { nodeName: 'nuc1', containers: [{ name: 'main', image: 'nowhere.invalid/x:1' }] };
    await plane.request('POST', PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pretended' }, spec });
    await until('the pretended pod runs', async () => (await container('pretended'))?.ready);
    const digest = `sha256:${createHash('sha256').update(busyboxImage().manifest).digest('hex')}`;
    expect((await container('web'))!.imageID).toBe(`${node.registry.host}/busybox@${digest}`);
  });

  test('a kubelet that is killed leaves its pods running and finds them again', async () => {
    const before = await container('web');
    await node.kubelet.kill();
    await plane.untilReady('real-0', 'Unknown');
    await node.kubelet.start();
    await plane.untilReady('real-0');
    expect(await container('web')).toEqual(before);
  });
});

function firstContainer(pod: Pod) {
  return pod.status.containerStatuses?.[0];
}
