import { describe, expect, test } from 'vitest';
import { daemonSetFact } from '#server/facts/daemon-set.ts';
import { deploymentFact } from '#server/facts/deployment.ts';
import { replicaSetFact } from '#server/facts/replica-set.ts';
import { resourceQuotaFact } from '#server/facts/resource-quota.ts';
import { statefulSetFact } from '#server/facts/stateful-set.ts';
import { rawDaemonSet, rawDeployment, rawReplicaSet, rawStatefulSet, templateFact } from './raw-controllers.ts';
import { rawResourceQuota } from './raw-objects.ts';
import { at, later } from './raw-pod.ts';

const atMs = Date.parse(at);
const laterMs = Date.parse(later);
const metadata = { name: 'web', namespace: 'shop' };

describe('a Deployment', () => {
  test('becomes a fact with its counts, and why its roll-out does not get on', () => {
    expect(deploymentFact(rawDeployment, 'deployments')).toEqual({
      key: 'shop/web',
      uid: 'uid-web',
      source: 'deployments',
      namespace: 'shop',
      name: 'web',
      observed: true,
      createdAt: atMs,
      deletingAt: null,
      wanted: 4,
      current: 5,
      ready: 3,
      available: 3,
      updated: 2,
      template: templateFact,
      paused: false,
      progressing: {
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: 'ReplicaSet "web-5d4f8c7b9" has timed out progressing.',
        changedAt: atMs,
        updatedAt: laterMs,
      },
      failure: {
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "web-5d4f8c7b9-" is forbidden: exceeded quota: small',
        changedAt: laterMs,
        updatedAt: laterMs,
      },
    });
  });

  test('that has only just been made wants one and has none', () => {
    expect(deploymentFact({ metadata: { ...metadata, generation: 1 } }, 'deployments')).toMatchObject({
      observed: false,
      ...{ wanted: 1, current: 0, ready: 0, available: 0, updated: 0 },
      ...{ paused: false, progressing: null, failure: null },
    });
  });

  test('is observed once its controller has seen what was written last', () => {
    const seen = (generation: unknown, observedGeneration: unknown) =>
      deploymentFact({ metadata: { ...metadata, generation }, status: { observedGeneration } }, 's')?.observed;
    expect([seen(3, 2), seen(3, 3), seen(3, undefined), seen(3, '3'), seen(undefined, undefined)]).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  test.each([
    [0, 0],
    [3, 3],
    [2.7, 2],
    [null, 1],
    ['3', 1],
    [-2, 1],
    [1e300, 1],
  ])('that asks for %j replicas wants %i', (replicas, wanted) => {
    expect(deploymentFact({ metadata, spec: { replicas } }, 'deployments')?.wanted).toBe(wanted);
  });

  test.each([-1, '3', 1e300, null, {}])('with a count of %j has none', (count) => {
    const status = { replicas: count, readyReplicas: count, availableReplicas: count, updatedReplicas: count };
    expect(deploymentFact({ metadata, status }, 'deployments')).toMatchObject({
      ...{ current: 0, ready: 0, available: 0, updated: 0 },
    });
  });

  test('is paused only if it says so, and going once it is being deleted', () => {
    const paused = (value: unknown) => deploymentFact({ metadata, spec: { paused: value } }, 's')?.paused;
    expect([paused(true), paused('true'), paused(1)]).toEqual([true, false, false]);
    const going = { ...metadata, deletionTimestamp: later };
    expect(deploymentFact({ metadata: going }, 'deployments')?.deletingAt).toBe(laterMs);
  });
});

describe('a StatefulSet', () => {
  test('becomes a fact that tells a roll-out under way', () => {
    expect(statefulSetFact(rawStatefulSet, 'statefulsets')).toEqual({
      key: 'shop/database',
      uid: 'uid-database',
      source: 'statefulsets',
      namespace: 'shop',
      name: 'database',
      observed: true,
      createdAt: atMs,
      deletingAt: null,
      ...{ wanted: 2, current: 2, ready: 1, available: 1, updated: 1 },
      template: { ...templateFact, volumes: [{ name: 'data', is: 'claim', what: 'data' }, ...templateFact.volumes] },
      rollingOut: true,
      heldBack: false,
    });
  });

  test('is not rolling out while nothing or one revision is told', () => {
    const of = (status: object) => statefulSetFact({ metadata, status }, 's')?.rollingOut;
    expect(of({})).toBe(false);
    expect(of({ currentRevision: 'a', updateRevision: 'a' })).toBe(false);
    expect(of({ currentRevision: 'a', updateRevision: 3 })).toBe(false);
  });

  test.each([
    [{ type: 'OnDelete' }, true],
    [{ type: 'RollingUpdate', rollingUpdate: { partition: 1 } }, true],
    [{ type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, false],
    [{ type: 'RollingUpdate', rollingUpdate: null }, false],
    ['OnDelete', false],
  ])('of strategy %j holds pods back: %j', (updateStrategy, heldBack) => {
    expect(statefulSetFact({ metadata, spec: { updateStrategy } }, 'statefulsets')?.heldBack).toBe(heldBack);
  });
});

describe('a DaemonSet', () => {
  test('becomes a fact that wants as many as there are nodes for it', () => {
    expect(daemonSetFact(rawDaemonSet, 'daemonsets')).toEqual({
      key: 'kube-system/agent',
      uid: 'uid-agent',
      source: 'daemonsets',
      namespace: 'kube-system',
      name: 'agent',
      observed: true,
      createdAt: atMs,
      deletingAt: null,
      ...{ wanted: 3, current: 3, ready: 2, available: 2, updated: 3 },
      template: templateFact,
      misplaced: 1,
      heldBack: false,
    });
  });

  test('for no node wants none', () => {
    expect(daemonSetFact({ metadata }, 'daemonsets')).toMatchObject({ wanted: 0, current: 0, heldBack: false });
    const spec = { updateStrategy: { type: 'OnDelete' } };
    expect(daemonSetFact({ metadata, spec }, 'daemonsets')?.heldBack).toBe(true);
  });
});

describe('a ReplicaSet', () => {
  test('becomes a fact that knows its Deployment, and why it has no pods', () => {
    expect(replicaSetFact(rawReplicaSet, 'replicasets')).toEqual({
      key: 'shop/web-5d4f8c7b9',
      uid: 'uid-web-5d4f8c7b9',
      source: 'replicasets',
      namespace: 'shop',
      name: 'web-5d4f8c7b9',
      observed: true,
      createdAt: atMs,
      deletingAt: null,
      ...{ wanted: 4, current: 2, ready: 1, available: 1, updated: 2 },
      template: null,
      owner: { kind: 'Deployment', name: 'web' },
      failure: {
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "web-5d4f8c7b9-" is forbidden: exceeded quota: small',
        changedAt: laterMs,
        updatedAt: null,
      },
    });
  });

  test('that neither has nor wants pods is left out, one that still has some is not', () => {
    const of = (replicas: number, has: number) =>
      replicaSetFact({ metadata, spec: { replicas }, status: { replicas: has } }, 'replicasets');
    expect(of(0, 0)).toBeNull();
    expect(of(0, 1)).toMatchObject({ wanted: 0, current: 1 });
    expect(of(1, 0)).toMatchObject({ wanted: 1, current: 0, owner: null, failure: null });
  });
});

describe('a ResourceQuota', () => {
  test('becomes a fact with its limits as they are written', () => {
    expect(resourceQuotaFact(rawResourceQuota, 'resourcequotas')).toEqual({
      key: 'shop/small',
      uid: 'u6',
      source: 'resourcequotas',
      namespace: 'shop',
      name: 'small',
      limits: [
        { resource: 'pods', hard: '4', used: '4' },
        { resource: 'requests.memory', hard: '4Gi', used: '3968Mi' },
      ],
    });
  });

  test('of which nothing is used yet, or that is called oddly, keeps to what is said', () => {
    const status = JSON.parse('{"hard":{"__proto__":"1","toString":"2","pods":3}}') as unknown;
    expect(resourceQuotaFact({ metadata, status }, 'resourcequotas')?.limits).toEqual([
      { resource: '__proto__', hard: '1', used: '' },
      { resource: 'toString', hard: '2', used: '' },
      { resource: 'pods', hard: '', used: '' },
    ]);
  });

  test('keeps 64 limits', () => {
    const hard = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`r${i}`, '1'.repeat(500)]));
    const { limits } = resourceQuotaFact({ metadata, status: { hard } }, 'resourcequotas')!;
    expect(limits).toHaveLength(64);
    expect(limits[0]?.hard).toHaveLength(64);
  });
});
