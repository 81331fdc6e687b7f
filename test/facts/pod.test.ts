import { describe, expect, test } from 'vitest';
import { podFact } from '#server/facts/pod.ts';
import { at, later, rawPod } from './raw-pod.ts';

const atMs = Date.parse(at);
const laterMs = Date.parse(later);

/** A pod with nothing but this. */
function podOf({ metadata = {}, ...rest }: Record<string, unknown>) {
  return podFact({ metadata: { name: 'p', namespace: 'shop', ...(metadata as object) }, ...rest }, 'pods')!;
}

describe('a pod', () => {
  test('becomes a fact with what it does, why, and whose it is', () => {
    const { containers, ...fact } = podFact(rawPod, 'pods')!;
    expect(containers.map(({ name }) => name)).toEqual(['migrate', 'proxy', 'web']);
    expect(fact).toEqual({
      key: 'shop/web-5d4f8c7b9-abcde',
      uid: 'f0b8a6ce-5d4f-4c7b-9abc-de0123456789',
      source: 'pods',
      namespace: 'shop',
      name: 'web-5d4f8c7b9-abcde',
      node: 'nuc0',
      phase: 'Running',
      reason: '',
      message: '',
      ready: false,
      readyChangedAt: laterMs,
      owner: { kind: 'ReplicaSet', name: 'web-5d4f8c7b9' },
      isStatic: false,
      templateHash: '5d4f8c7b9',
      unscheduled: null,
      restarts: 4,
      claims: ['data'],
      createdAt: atMs,
      deletingAt: laterMs,
      finalizers: ['example.com/backup', 'foregroundDeletion'],
    });
  });

  test('mounts the claims that its volumes name, each once, and those made for it alone', () => {
    const volumes = [
      { name: 'data', persistentVolumeClaim: { claimName: 'web-data' } },
      { name: 'again', persistentVolumeClaim: { claimName: 'web-data', readOnly: true } },
      { name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { name: 'config', configMap: { name: 'web' } },
      { name: 'odd', persistentVolumeClaim: { claimName: 3 } },
      ...[null, 3, {}, { ephemeral: {} }],
    ];
    expect(podOf({ spec: { volumes } }).claims).toEqual(['web-data', 'p-scratch']);
    const many = Array.from({ length: 900 }, (_, i) => ({ persistentVolumeClaim: { claimName: `c${i}` } }));
    expect(podOf({ spec: { volumes: many } }).claims).toHaveLength(50);
    for (const odd of [undefined, null, {}, 'x', []]) expect(podOf({ spec: { volumes: odd } }).claims).toEqual([]);
  });

  test('has containers with what is wanted of them and how they fare', () => {
    expect(podFact(rawPod, 'pods')!.containers).toEqual([
      {
        name: 'migrate',
        role: 'init',
        image: 'registry.example/migrate:2',
        memoryLimit: null,
        requestedCores: null,
        requestedBytes: null,
        ready: true,
        restarts: 0,
        state: {
          is: 'terminated',
          reason: 'Completed',
          message: '',
          exitCode: 0,
          startedAt: atMs,
          finishedAt: laterMs,
        },
        last: null,
      },
      {
        name: 'proxy',
        role: 'sidecar',
        image: 'registry.example/proxy:3',
        memoryLimit: '16Mi',
        requestedCores: null,
        requestedBytes: 16 * 2 ** 20,
        ready: true,
        restarts: 1,
        state: { is: 'running', startedAt: atMs },
        last: null,
      },
      {
        name: 'web',
        role: 'main',
        image: 'registry.example/web:1.4@sha256:0123456789abcdef',
        memoryLimit: '256Mi',
        requestedCores: 0.1,
        requestedBytes: 64 * 2 ** 20,
        ready: false,
        restarts: 3,
        state: {
          is: 'waiting',
          reason: 'CrashLoopBackOff',
          message: 'back-off 40s restarting failed container=web pod=web-5d4f8c7b9-abcde_shop(f0b8a6ce)',
        },
        last: {
          reason: 'Error',
          message: 'panic: no space left on device\n',
          exitCode: 1,
          startedAt: atMs,
          finishedAt: laterMs,
        },
      },
    ]);
  });

  test('that is static, owned by its node, has no owner', () => {
    const owner = { kind: 'Node', name: 'nuc0', controller: true };
    const raw = { metadata: { ownerReferences: [owner] } };
    expect(podOf(raw)).toMatchObject({ owner: null, isStatic: true, node: null, ready: false, restarts: 0 });
  });

  test('that stands alone, or is owned by what does not control it, has no owner', () => {
    expect(podOf({})).toMatchObject({ owner: null, isStatic: false });
    const ownerReferences = [{ kind: 'ReplicaSet', name: 'web' }, { controller: true }];
    expect(podOf({ metadata: { ownerReferences } }).owner).toBeNull();
  });

  test('that no node has taken says why', () => {
    const message = '0/3 nodes are available: 3 Insufficient memory.';
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    const pod = podOf({ status: { phase: 'Pending', conditions: [{ ...condition, lastTransitionTime: at }] } });
    expect(pod.unscheduled).toEqual({ reason: 'Unschedulable', message, since: atMs });
  });

  test('that was evicted says so', () => {
    const message = 'The node was low on resource: memory.';
    expect(podOf({ status: { phase: 'Failed', reason: 'Evicted', message } })).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message,
    });
  });

  test.each([true, 'true', 'Unknown', 1, null, undefined])('is not ready if its condition is %j', (status) => {
    expect(podOf({ status: { conditions: [{ type: 'Ready', status }] } }).ready).toBe(false);
  });

  test('keeps no finalizers while it is not being deleted', () => {
    expect(podOf({ metadata: { finalizers: ['a'] } }).finalizers).toEqual([]);
    const finalizers = ['a', 3, null, 'b', ''];
    expect(podOf({ metadata: { finalizers, deletionTimestamp: at } }).finalizers).toEqual(['a', 'b']);
  });

  test('shares its strings with others through the given function', () => {
    const seen: string[] = [];
    podFact(rawPod, 'pods', (text) => {
      seen.push(text);
      return text;
    });
    const shared = ['shop', 'nuc0', 'Running', 'ReplicaSet', 'web', 'registry.example/proxy:3', 'CrashLoopBackOff'];
    expect(seen).toEqual(expect.arrayContaining(shared));
  });
});

describe('a container', () => {
  const only = (spec: object, status: object) => {
    const pod = podOf({
      spec: { containers: [{ name: 'c', image: 'i', ...spec }] },
      status: { containerStatuses: [{ name: 'c', ...status }] },
    });
    expect(pod.containers).toHaveLength(1);
    return pod.containers[0]!;
  };

  test('of which the kubelet has said nothing has no state', () => {
    const pod = podOf({ spec: { containers: [{ name: 'c', image: 'i' }] } });
    expect(pod.containers).toEqual([
      {
        ...{ name: 'c', role: 'main', image: 'i', memoryLimit: null, requestedCores: null, requestedBytes: null },
        ...{ ready: false, restarts: 0, state: null, last: null },
      },
    ]);
  });

  test('that was killed for its memory says so, with its limit as it is written', () => {
    const killed = { exitCode: 137, reason: 'OOMKilled', startedAt: at, finishedAt: later };
    const container = only(
      { resources: { limits: { memory: 16_777_216 } } },
      { state: { terminated: killed }, lastState: { terminated: killed }, restartCount: 2 },
    );
    expect(container).toMatchObject({ memoryLimit: '16777216', restarts: 2 });
    expect(container.state).toMatchObject({ is: 'terminated', reason: 'OOMKilled', exitCode: 137 });
    expect(container.last).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });

  test('that ended without saying how has ended all the same', () => {
    const nothing = { reason: '', message: '', exitCode: null, startedAt: null, finishedAt: null };
    expect(only({}, { state: { terminated: {} } }).state).toEqual({ is: 'terminated', ...nothing });
    expect(only({}, { state: { terminated: { exitCode: '1', startedAt: 3 } } }).state).toEqual({
      is: 'terminated',
      ...nothing,
    });
  });

  test.each([true, 'text', [], null, 3])('with %j for a state has none', (nonsense) => {
    const state = { running: nonsense, waiting: nonsense, terminated: nonsense };
    expect(only({}, { state, lastState: state })).toMatchObject({ state: null, last: null });
  });

  test.each([-1, '3', 1e300, Number.NaN])('with %j restarts has none', (restartCount) => {
    expect(only({}, { restartCount }).restarts).toBe(0);
  });

  test('that is told of but not wanted is not lost', () => {
    const stray = { name: 'stray', image: 'old', restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } } };
    const pod = podOf({ spec: { containers: [{ name: 'c' }] }, status: { containerStatuses: [stray] } });
    expect(pod.containers.map(({ name, image, restarts }) => [name, image, restarts])).toEqual([
      ['c', '', 0],
      ['stray', 'old', 5],
    ]);
    expect(pod.restarts).toBe(5);
  });

  test('is one of at most 32 of its sort, with texts of bounded length', () => {
    const many = Array.from({ length: 500 }, (_, i) => ({
      name: `c${i}`,
      image: 'i'.repeat(5_000),
      state: { waiting: { reason: 'r'.repeat(5_000), message: 'm'.repeat(50_000) + 'n'.repeat(50_000) } },
    }));
    const { containers } = podOf({
      spec: { containers: many, initContainers: many },
      status: { containerStatuses: many, initContainerStatuses: many },
    });
    expect(containers).toHaveLength(64);
    const [first] = containers;
    expect(first?.image).toHaveLength(512);
    expect(first?.state).toEqual({
      is: 'waiting',
      reason: `${'r'.repeat(127)}…`,
      // What wraps a cause repeats itself, and the cause is at the end.
      message: `${'m'.repeat(500)}…${'n'.repeat(499)}`,
    });
  });
});
