import { demoPlay } from '#server/cluster/demo/demo-play.ts';
import { workloadScenarios } from '#server/cluster/demo/workload-scenarios.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';
import { portrait } from './portrait.ts';

/** All that the API tells of one workload's pods: who made them, how they are and what is said of them. */
async function podsOf({ get }: DemoBench, name: string) {
  const { items } = (await get(`/api/v1/pods?labelSelector=app.kubernetes.io/name=${name}`)).json;
  return items;
}

async function containerOf(bench: DemoBench, name: string) {
  const pods = await podsOf(bench, name);
  expect(pods.length).toBe(1);
  return pods[0].status.containerStatuses[0];
}

async function eventsOf(
  { get }: DemoBench,
  reason: string,
): Promise<{ message: string; count: number; type: string }[]> {
  return (await get(`/api/v1/events?fieldSelector=reason=${reason}`)).json.items;
}

async function stateOf(bench: DemoBench, resource: string, key: string) {
  const [namespace, name] = key.split('/');
  return (await bench.get(`/apis/apps/v1/namespaces/${namespace}/${resource}/${name}`)).json;
}

function condition(object: { status: { conditions?: { type: string }[] } }, type: string) {
  return object.status.conditions?.find((each) => each.type === type);
}

function playing(name: string): DemoBench {
  return createBench({ play: { ...demoPlay(name)!, calmMs: 1 } });
}

describe('what the API tells of each trouble', () => {
  test('crash-loop: restarts with terminated containers first, CrashLoopBackOff only after 40 s', async () => {
    const bench = playing('crash-loop');
    await bench.clock.pass(20_000);
    const early = await containerOf(bench, 'gitea-postgresql');
    expect(early).toMatchObject({ ready: false, state: { terminated: { exitCode: 1, reason: 'Error' } } });
    expect(early.restartCount).toBe(2);
    await bench.clock.pass(30_000);
    const late = await containerOf(bench, 'gitea-postgresql');
    expect(late).toMatchObject({ restartCount: 3, lastState: { terminated: { exitCode: 1 } } });
    expect(late.state.waiting).toEqual({
      reason: 'CrashLoopBackOff',
      message: expect.stringMatching(
        /^back-off 40s restarting failed container=gitea-postgresql pod=gitea-postgresql-0_gitea\([\w-]{36}\)$/,
      ),
    });
    const [pod] = await podsOf(bench, 'gitea-postgresql');
    expect(pod.status.phase).toBe('Running');
    const [event] = await eventsOf(bench, 'BackOff');
    expect(event).toMatchObject({ type: 'Warning', count: 3 });
    expect((await stateOf(bench, 'statefulsets', 'gitea/gitea-postgresql')).status).toMatchObject({
      replicas: 1,
      availableReplicas: 0,
    });
  });

  test('out-of-memory: the limit as written, OOMKilled by 137, restarts', async () => {
    const bench = playing('out-of-memory');
    await bench.clock.pass(60_000);
    const [pod] = await podsOf(bench, 'paperless-redis');
    expect(pod.spec.containers[0].resources.limits).toEqual({ memory: '16Mi' });
    const { restartCount, lastState } = await containerOf(bench, 'paperless-redis');
    expect(lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(restartCount).toBeGreaterThanOrEqual(3);
  });

  test('image-tag-missing: ErrImagePull and ImagePullBackOff by turns, in the words of containerd', async () => {
    const bench = playing('image-tag-missing');
    const image = 'ghcr.io/home-assistant/home-assistant:2026.7.22';
    const why = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    const seen = new Map<string, string>();
    const turns: string[] = [];
    for (let second = 0; second < 90; second += 1) {
      await bench.clock.pass(1000);
      const waiting = (await podsOf(bench, 'home-assistant'))[0]?.status.containerStatuses?.[0].state.waiting;
      if (!waiting) continue;
      if (turns.at(-1) !== waiting.reason) turns.push(waiting.reason);
      seen.set(waiting.reason, waiting.message);
    }
    expect(turns.slice(0, 4)).toEqual(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff', 'ErrImagePull']);
    expect(seen.get('ErrImagePull')).toBe(why);
    expect(seen.get('ImagePullBackOff')).toBe(`Back-off pulling image "${image}": ErrImagePull: ${why}`);
    expect((await eventsOf(bench, 'BackOff'))[0]).toMatchObject({
      type: 'Normal',
      message: `Back-off pulling image "${image}"`,
    });
    const { status } = await stateOf(bench, 'statefulsets', 'home/home-assistant');
    expect(status.updateRevision).not.toBe(status.currentRevision);
  });

  test('public-registry-down: three workloads, one host, connection refused', async () => {
    const bench = playing('public-registry-down');
    await bench.clock.pass(15_000);
    const names = ['home-assistant', 'mealie', 'paperless-ngx'];
    const waiting = await Promise.all(
      names.map(async (name) => (await containerOf(bench, name)).state.waiting.message),
    );
    for (const message of waiting) {
      expect(message).toMatch(
        /Head "https:\/\/ghcr\.io\/v2\/[\w/-]+\/manifests\/[\w.]+": dial tcp 140\.82\.121\.33:443: connect: connection refused$/,
      );
    }
    expect(waiting[1]).toContain('https://ghcr.io/v2/mealie-recipes/mealie/manifests/v3.12.0');
  });

  test('registry-unknown: no such host', async () => {
    const bench = playing('registry-unknown');
    await bench.clock.pass(15_000);
    const { state } = await containerOf(bench, 'zigbee2mqtt');
    expect(state.waiting.message).toMatch(/dial tcp: lookup registry\.invalid on 192\.168\.1\.1:53: no such host$/);
  });

  test('quota-used-up: no pod, FailedCreate again and again, ReplicaFailure on both', async () => {
    const bench = playing('quota-used-up');
    await bench.clock.pass(30_000);
    expect(await podsOf(bench, 'paperless-ngx')).toEqual([]);
    const why =
      /^pods "paperless-ngx-\w{10}-\w{5}" is forbidden: exceeded quota: paperless-quota, requested: pods=1, used: pods=2, limited: pods=2$/;
    const deployment = await stateOf(bench, 'deployments', 'paperless/paperless-ngx');
    expect(condition(deployment, 'ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
      message: expect.stringMatching(why),
    });
    expect(condition(deployment, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    expect(deployment.status).toMatchObject({ unavailableReplicas: 1, terminatingReplicas: 0 });
    const events = await eventsOf(bench, 'FailedCreate');
    expect(events.length).toBeGreaterThan(3);
    expect(events[0]).toMatchObject({ type: 'Warning', involvedObject: { kind: 'ReplicaSet', apiVersion: 'apps/v1' } });
    expect(events[0]?.message).toMatch(/^Error creating: pods "paperless-ngx-/);
    const quota = (await bench.get('/api/v1/namespaces/paperless/resourcequotas/paperless-quota')).json;
    expect(quota.status.hard['pods']).toBe('2');
    expect(quota.status.used['pods']).toBe('2');
  });

  test('no-node-fits: pending without a node, with the sentence of the scheduler', async () => {
    const bench = playing('no-node-fits');
    await bench.clock.pass(30_000);
    const [pod] = await podsOf(bench, 'jellyfin');
    expect(pod.spec.nodeName).toBeUndefined();
    expect(pod.status).toMatchObject({ phase: 'Pending' });
    expect(pod.status.containerStatuses).toBeUndefined();
    expect(pod.status.conditions).toMatchObject(
      [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: /^0\/4 nodes are available: 4 Insufficient memory\./,
        },
      ].map((each) => ({ ...each, message: expect.stringMatching(each.message) })),
    );
    expect((await eventsOf(bench, 'FailedScheduling')).length).toBe(1);
  });

  test('config-missing: CreateContainerConfigError with the name', async () => {
    const bench = playing('config-missing');
    await bench.clock.pass(40_000);
    const { state } = await containerOf(bench, 'mosquitto');
    expect(state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "mosquitto-config" not found',
    });
    const [failed] = await eventsOf(bench, 'Failed');
    expect(failed).toMatchObject({ type: 'Warning', message: 'Error: configmap "mosquitto-config" not found' });
    expect(failed?.count).toBeGreaterThan(1);
  });

  test('not-ready: it runs, is not ready, and says why', async () => {
    const bench = playing('not-ready');
    await bench.clock.pass(60_000);
    expect(await containerOf(bench, 'grafana')).toMatchObject({ ready: false, restartCount: 0, started: true });
    const deployment = await stateOf(bench, 'deployments', 'monitoring/grafana');
    expect(deployment.status).toMatchObject({ replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 });
    // A roll-out that was complete stays so.
    expect(condition(deployment, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    const [unhealthy] = await eventsOf(bench, 'Unhealthy');
    expect(unhealthy?.message).toBe('Readiness probe failed: HTTP probe failed with statuscode: 503');
    expect(unhealthy?.count).toBeGreaterThan(4);
  });

  test('stuck-terminating: its time to go is past, and a finalizer holds it', async () => {
    const bench = playing('stuck-terminating');
    await bench.clock.pass(30_000);
    const [pod] = await podsOf(bench, 'victoria-metrics');
    expect(bench.clock.now() - Date.parse(pod.metadata.deletionTimestamp)).toBeGreaterThanOrEqual(300_000);
    expect(pod.metadata.finalizers).toEqual(['backup.example.com/hold']);
  });

  test('roll-out-stuck: the old pod goes on, and after the deadline the roll-out counts as stuck', async () => {
    const bench = playing('roll-out-stuck');
    await bench.clock.pass(80_000);
    const pods = await podsOf(bench, 'argocd-server');
    const ready = pods.map(
      ({ status }: { status: { containerStatuses: { ready: boolean }[] } }) => status.containerStatuses[0]?.ready,
    );
    expect(ready.toSorted()).toEqual([false, true]);
    const deployment = await stateOf(bench, 'deployments', 'argocd/argocd-server');
    expect(deployment.status).toMatchObject({
      replicas: 2,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    });
    expect(condition(deployment, 'Available')).toMatchObject({ status: 'True' });
    expect(condition(deployment, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: expect.stringMatching(/^ReplicaSet "argocd-server-\w{10}" has timed out progressing\.$/),
    });
  });

  test('volume-not-mounted: creating without a sandbox, FailedMount counts on', async () => {
    const bench = playing('volume-not-mounted');
    await bench.clock.pass(60_000);
    const { state } = await containerOf(bench, 'paperless-postgres');
    expect(state.waiting).toEqual({ reason: 'ContainerCreating' });
    const [mount] = await eventsOf(bench, 'FailedMount');
    expect(mount?.message).toMatch(/^MountVolume\.MountDevice failed for volume "pvc-/);
    expect(mount?.count).toBeGreaterThan(3);
  });

  test('liveness-failing: four restarts and more, running in between', async () => {
    const bench = playing('liveness-failing');
    await bench.clock.pass(170_000);
    const told = await containerOf(bench, 'gitea');
    expect(told.state.running).toBeDefined();
    expect(told.restartCount).toBeGreaterThanOrEqual(4);
    expect(told.lastState.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  test('restarting-often: a young pod with four restarts, which runs', async () => {
    const bench = playing('restarting-often');
    await bench.clock.pass(10_000);
    const [pod] = await podsOf(bench, 'mosquitto');
    expect(bench.clock.now() - Date.parse(pod.metadata.creationTimestamp)).toBeLessThan(3_600_000);
    const told = await containerOf(bench, 'mosquitto');
    expect(told).toMatchObject({ ready: true, restartCount: 4, lastState: { terminated: { exitCode: 137 } } });
    const { startedAt, finishedAt } = told.lastState.terminated;
    expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(600_000);
  });

  test('a node that is down takes its pods along: not ready, then leaving, with successors elsewhere', async () => {
    const bench = playing('node-down');
    await bench.clock.pass(22_000 + 90_000);
    const [lost] = await podsOf(bench, 'jellyfin');
    expect(condition(lost, 'Ready')).toMatchObject({ status: 'False' });
    expect((await stateOf(bench, 'deployments', 'media/jellyfin')).status).toMatchObject({ unavailableReplicas: 1 });
    await bench.clock.pass(310_000);
    const pods = await podsOf(bench, 'jellyfin');
    expect(pods.map(({ metadata }: { metadata: object }) => 'deletionTimestamp' in metadata).toSorted()).toEqual([
      false,
      true,
    ]);
    expect((await stateOf(bench, 'deployments', 'media/jellyfin')).status).toMatchObject({ readyReplicas: 1 });
  });
});

describe('each trouble comes and goes', () => {
  test.each(workloadScenarios.map(({ name }) => name))('%s', async (name) => {
    const bench = createBench({ play: demoPlay(name)! });
    const before = await portrait(bench);
    await bench.clock.pass(170_000);
    expect(await portrait(bench)).not.toEqual(before);
    await bench.clock.pass(30_000);
    expect(await portrait(bench)).toEqual(before);
    await bench.clock.pass(300_000);
    expect(await portrait(bench), 'it comes again').not.toEqual(before);
    bench.demo.stop();
  });
});
