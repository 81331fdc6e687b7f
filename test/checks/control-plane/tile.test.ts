import { describe, expect, test } from 'vitest';
import { isWatch } from '#server/checks/blindness.ts';
import tile from '#server/checks/control-plane/tile.ts';
import type { ApiDoorFact, DoorOutcome } from '#server/facts/api-door.ts';
import type { Subject } from '#shared/finding.ts';
import { aDoor, anApiService, aRight } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon } from '#test/builders/time.ts';

const watches = [...aSnapshot().sources.values()].filter(isWatch).length;

function figureOf(door: Partial<ApiDoorFact>, parts: SnapshotParts = {}) {
  const figure = tile.figure(aSnapshot({ door: aDoor(door), ...parts }))!;
  const { detail, ...rest } = figure;
  return { ...rest, detail: sentence({ say: detail }) };
}

describe('the figure of the control plane', () => {
  test('is how long the API takes to answer, with its version and its watches', () => {
    expect(figureOf({ latencyMs: 11.6 })).toEqual({
      value: '12',
      unit: 'ms',
      rest: 'to answer',
      detail: `k3s v1.36.4, ${watches} watches live`,
    });
    expect(figureOf({ version: 'v1.36.4' }).detail).toBe(`v1.36.4, ${watches} watches live`);
    expect(figureOf({ version: '' }).detail).toBe(`${watches} watches live`);
  });

  test('counts watches that are not live, and leaves out what is not installed or no watch', () => {
    const sources = {
      nodes: { fresh: false, state: 'stale' as const },
      'kubelet/nuc0': { fresh: false, state: 'stale' as const },
      certificates: { fresh: true, state: 'absent' as const },
      'crash-logs': { fresh: false, state: 'forbidden' as const },
    };
    expect(figureOf({}, { sources }).detail).toBe(`${watches - 2} of ${watches - 1} watches live`);
  });

  test('says in few letters how the API refuses us', () => {
    const outcomeSince = noon - 6 * minute;
    expect(figureOf({ outcome: 'unauthorized', status: 401, outcomeSince })).toEqual({
      value: '401',
      rest: 'Unauthorized',
      detail: 'for 6 min, since 11:54',
    });
    const outcomes: DoorOutcome[] = [
      'refused',
      'unreachable',
      'dns',
      'timeout',
      'silent',
      'forbidden',
      'untrusted',
      'wrong-name',
      'certificate-expired',
      'certificate-not-yet-valid',
      'no-credentials',
      'reset',
      'too-many-requests',
      'failing',
      'bad-gateway',
      'redirected',
      'web-page',
      'unexpected',
    ];
    for (const outcome of outcomes) {
      const { value, rest = '' } = figureOf({ outcome, status: null });
      expect(value.length, value).toBeLessThanOrEqual(10);
      expect(rest.length, rest).toBeLessThanOrEqual(24);
    }
    expect(figureOf({ outcome: 'unexpected', status: 418 }).value).toBe('418');
    expect(figureOf({ outcome: 'bad-gateway', status: 502 }).value).toBe('502');
  });

  test('of an API that is not ready, or has no latency yet, is a word', () => {
    expect(figureOf({ outcome: 'not-ready', latencyMs: 3_100 }).value).toBe('not ready');
    expect(figureOf({ latencyMs: null }).value).toBe('ready');
  });

  test('is none before the door was asked', () => {
    expect(tile.figure(aSnapshot({ door: null }))).toBeNull();
  });
});

describe('a row of the control plane', () => {
  const snapshot = aSnapshot({
    apiServices: [anApiService({ available: 'False' })],
    rights: [aRight({ feed: 'nodes' })],
    sources: { nodes: { state: 'forbidden', since: noon - minute } },
  });
  const cells = (kind: string, name: string) => tile.cells({ kind, name } as Subject, snapshot);

  test('tells part, state, since and what it is about', () => {
    expect(cells('Endpoint', 'api')).toEqual({
      part: 'API server',
      state: 'ready',
      since: noon - day,
      about: '192.168.1.10:6443 k3s v1.36.4',
    });
    expect(cells('Source', 'nodes')).toMatchObject({ state: 'forbidden', since: noon - minute });
    expect(cells('Source', 'nodes')['about']).toBe('node readiness, versions and pressure');
    expect(cells('APIService', 'v1beta1.metrics.k8s.io')).toMatchObject({
      state: 'unavailable',
      about: 'kube-system/metrics-server',
    });
    expect(cells('Cluster', 'cluster')['about']).toBe(snapshot.identity.current);
    expect(cells('Wall', 'wall')['part']).toBe('this wall');
  });

  test('has every column, also of what is not there', () => {
    const keys = tile.columns.map(({ key }) => key).toSorted();
    const kinds = ['Endpoint', 'Source', 'APIService', 'Cluster', 'Wall', 'Check'];
    for (const kind of kinds) expect(Object.keys(cells(kind, 'nothing')).toSorted()).toEqual(keys);
    const nothing = aSnapshot({ door: null });
    expect(tile.cells({ kind: 'Endpoint', name: 'api' }, nothing)['state']).toBeNull();
  });
});
