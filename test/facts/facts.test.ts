import { describe, expect, test } from 'vitest';
import { kinds } from '#server/cluster/kinds.ts';
import { apiServiceFact } from '#server/facts/api-service.ts';
import { eventFact } from '#server/facts/event.ts';
import { leaseFact } from '#server/facts/lease.ts';
import { nodeFact } from '#server/facts/node.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { spoilt } from './absurd.ts';
import { rawApiService, rawBySource, rawEvent, rawLease, rawNode } from './raw-objects.ts';
import { at } from './raw-pod.ts';

const atMs = Date.parse(at);

describe('a node', () => {
  test('becomes a fact with its times in epoch ms', () => {
    expect(nodeFact(rawNode, 'nodes')).toEqual({
      key: 'nuc0',
      uid: 'u1',
      source: 'nodes',
      name: 'nuc0',
      createdAt: atMs,
      conditions: {
        Ready: {
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          changedAt: atMs,
        },
        DiskPressure: { status: 'False', reason: '', message: '', changedAt: null },
        Odd: { status: 'Unknown', reason: '', message: '', changedAt: null },
      },
      unschedulable: true,
      taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', value: '', addedAt: atMs }],
      roles: ['control-plane', 'etcd'],
      kubeletVersion: 'v1.36.4+k3s1',
      osImage: 'Debian',
      containerRuntime: 'containerd://2.1',
      bootId: 'b1',
      internalIp: '192.168.1.10',
      kubeletPort: 10250,
      capacity: { cpuCores: 4, memoryBytes: 16_251_908 * 1024 },
      allocatable: { cpuCores: 3.8, memoryBytes: 16_149_508 * 1024 },
    });
  });

  test('listed with Dates is the same as watched with strings', () => {
    const dated = { ...rawNode, metadata: { ...rawNode.metadata, creationTimestamp: new Date(at) } };
    expect(nodeFact(dated, 'nodes')).toEqual(nodeFact(rawNode, 'nodes'));
  });

  test('without a UID is known by its name', () => {
    expect(nodeFact({ metadata: { name: 'bare' } }, 'nodes')).toMatchObject({
      key: 'bare',
      uid: 'bare',
      conditions: {},
      kubeletPort: null,
      capacity: { cpuCores: null, memoryBytes: null },
    });
  });

  test('whose condition is called __proto__ has it like any other', () => {
    const raw = { metadata: { name: 'n' }, status: { conditions: [{ type: '__proto__', status: 'True' }] } };
    expect(Object.keys(nodeFact(raw, 'nodes')!.conditions)).toEqual(['__proto__']);
  });

  test('with a port that is none has none', () => {
    const raw = { metadata: { name: 'n' }, status: { daemonEndpoints: { kubeletEndpoint: { Port: 70_000 } } } };
    expect(nodeFact(raw, 'nodes')?.kubeletPort).toBeNull();
  });

  test('with endless lists and texts becomes a fact of bounded size', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      type: `T${i}`,
      key: `k${i}`,
      message: 'm'.repeat(5_000),
      status: 'True',
    }));
    const labels = Object.fromEntries(many.map(({ type }) => [`node-role.kubernetes.io/${type}`, '']));
    const raw = { metadata: { name: 'n'.repeat(5_000), labels }, spec: { taints: many }, status: { conditions: many } };
    const fact = nodeFact(raw, 'nodes')!;
    expect(fact.name).toHaveLength(253);
    expect(JSON.stringify(fact).length).toBeLessThan(100_000);
    expect(fact.conditions['T0']?.message).toMatch(/^m{999}…$/);
  });
});

test("a lease keeps the node's own time as it is written", () => {
  expect(leaseFact(rawLease, 'leases')).toEqual({
    key: 'kube-node-lease/nuc0',
    uid: 'u3',
    source: 'leases',
    node: 'nuc0',
    renewTime: '2026-11-21T03:08:00.123456Z',
    renewedAt: Date.UTC(2026, 10, 21, 3, 8, 0, 123),
    durationSeconds: 40,
  });
  expect(leaseFact({ metadata: { name: 'n' } }, 'leases')).toMatchObject({
    renewTime: '',
    renewedAt: null,
    durationSeconds: null,
  });
  const odd = { metadata: { name: 'n' }, spec: { renewTime: 'yesterday' } };
  expect(leaseFact(odd, 'leases')).toMatchObject({ renewTime: 'yesterday', renewedAt: null });
  expect(leaseFact({ metadata: { name: 'n' }, spec: { renewTime: new Date(at) } }, 'leases')?.renewTime).toBe(
    '2026-11-21T03:08:00.000Z',
  );
});

describe('an event', () => {
  test('of the old style becomes a fact', () => {
    expect(eventFact(rawEvent, 'events')).toEqual({
      key: 'shop/web-1.17',
      uid: 'u4',
      source: 'events',
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      about: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
      component: 'kubelet',
      count: 7,
      firstAt: atMs,
      lastAt: atMs + 60_000,
    });
  });

  test('of the new style, with a series, becomes the same kind of fact', () => {
    const raw = {
      metadata: { name: 'e', namespace: 'shop' },
      eventTime: at,
      series: { count: 4, lastObservedTime: '2026-11-21T03:18:00Z' },
      reportingController: 'kubelet',
      regarding: { kind: 'Node', name: 'nuc0' },
      note: 'said',
      type: 'Warning',
      firstTimestamp: null,
      lastTimestamp: null,
    };
    expect(eventFact(raw, 'events')).toMatchObject({
      about: { kind: 'Node', namespace: null, name: 'nuc0' },
      message: 'said',
      component: 'kubelet',
      count: 4,
      firstAt: atMs,
      lastAt: atMs + 600_000,
    });
  });

  test.each([
    ['Normal', 'Pulled', false],
    ['Normal', 'BackOff', true],
    ['Normal', 'JobAlreadyActive', true],
    ['Normal', 'NodeNotReady', true],
    ['Warning', 'Whatever', true],
    [undefined, 'Pulled', false],
  ])('of type %s and reason %s is kept: %s', (type, reason, kept) => {
    expect(eventFact({ ...rawEvent, type, reason }, 'events') !== null).toBe(kept);
  });

  test('keeps the beginning and the end of a long message', () => {
    const message = 'a'.repeat(50_000) + 'z'.repeat(50_000);
    expect(eventFact({ ...rawEvent, message }, 'events')?.message).toBe(`${'a'.repeat(500)}…${'z'.repeat(499)}`);
  });
});

describe('an API service', () => {
  test('becomes a fact with what it says of itself', () => {
    expect(apiServiceFact(rawApiService, 'apiservices')).toEqual({
      key: 'v1beta1.metrics.k8s.io',
      uid: 'u5',
      source: 'apiservices',
      name: 'v1beta1.metrics.k8s.io',
      service: 'kube-system/metrics-server',
      available: 'False',
      reason: 'MissingEndpoints',
      message: 'no endpoints',
      changedAt: atMs,
    });
  });

  test('that the API server serves itself is left out', () => {
    expect(apiServiceFact({ metadata: { name: 'v1.' }, spec: { service: null } }, 'apiservices')).toBeNull();
  });
});

describe('whatever stands where it should not, no fact throws, and none is endless', () => {
  test.each(kinds.map((row) => [row.source, row] as const))('%s', (source, { fact }) => {
    let tried = 0;
    for (const bad of spoilt(rawBySource[source])) {
      const made = fact(bad, source, asItIs);
      if (made !== null)
        expect(made).toMatchObject({ key: expect.any(String) as string, uid: expect.any(String) as string });
      expect(JSON.stringify(made).length).toBeLessThan(10_000);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(50);
  });
});
