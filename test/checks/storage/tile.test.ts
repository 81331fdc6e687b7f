import { describe, expect, test } from 'vitest';
import tile from '#server/checks/storage/tile.ts';
import { keepForecasts } from '#server/checks/storage-forecasts.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { hour, noon, second } from '#test/builders/time.ts';

const disk = aNodeStats().disk!;

/** The figures of the node's own disk, as local-path gives them. */
const shared = (claim: string): VolumeStats =>
  aVolumeStats({ claim, capacityBytes: disk.capacityBytes, inodes: disk.inodes, availableBytes: 1e9 });

const full = (claim: string, used: number): VolumeStats =>
  aVolumeStats({ claim, usedBytes: used * 1e8, availableBytes: 1e10 - used * 1e8 });

function snapshotOf(claims: PersistentVolumeClaimFact[], volumes: VolumeStats[] = [], parts: SnapshotParts = {}) {
  return aSnapshot({
    pods: claims.map(({ name }) =>
      aPod({
        ...{ namespace: 'git', name: `${name}-0`, claims: [name], owner: { kind: 'StatefulSet', name: `${name}-app` } },
      }),
    ),
    nodeStats: [aNodeStats({ volumes })],
    sources: { 'kubelet/nuc0': {} },
    ...parts,
    more: {
      persistentVolumeClaim: claims,
      persistentVolume: claims.map(({ name }) =>
        aPersistentVolume({ name: `pvc-${name}`, claim: { namespace: 'git', name, uid: '' } }),
      ),
      ...parts.more,
    },
  });
}

const claims = (...names: string[]) => names.map((name) => aClaim({ name }));

function figureOf(snapshot: ReturnType<typeof aSnapshot>) {
  const figure = tile.figure(snapshot);
  return figure === null ? null : [figure.value, figure.rest, sentence({ say: figure.detail })];
}

describe('the tile', () => {
  test('tells how many volumes are bound, and the fullest', () => {
    const three = snapshotOf(claims('a', 'b', 'c'), [full('a', 20), full('b', 71.9), full('c', 5)]);
    expect(figureOf(three)).toEqual(['3', 'volumes bound', 'fullest 71 % b']);
    const lacking = [...claims('a'), aClaim({ name: 'b', phase: 'Pending', volume: '' })];
    expect(figureOf(snapshotOf(lacking, [full('a', 20)]))).toEqual(['1', 'of 2 bound', 'fullest 20 % a']);
    expect(figureOf(snapshotOf(claims('a'), [full('a', 20)]))?.[1]).toBe('volume bound');
  });

  test("says of what shares the node's disk that it does, and no percentage", () => {
    const mixed = snapshotOf(claims('a', 'b', 'c'), [full('a', 20), shared('b'), shared('c')]);
    expect(figureOf(mixed)?.[2]).toBe("fullest 20 % a, 2 share the node's disk");
    expect(figureOf(snapshotOf(claims('a', 'b'), [shared('a'), shared('b')]))?.[2]).toBe("all share the node's disk");
    expect(figureOf(snapshotOf(claims('a', 'b'), [shared('a')]))?.[2]).toBe("1 shares the node's disk");
    expect(figureOf(snapshotOf(claims('a')))?.[2]).toBe('no figures of their use');
  });

  test('calls nobody the fullest by figures of a kubelet that is silent', () => {
    const silent = { sources: { 'kubelet/nuc0': { fresh: false, state: 'unreachable' as const } } };
    expect(figureOf(snapshotOf(claims('a'), [full('a', 97)], silent))?.[2]).toBe('no figures of their use');
  });

  test('is absent without claims, unless there are volumes or a storage system', () => {
    expect(figureOf(aSnapshot())).toBe(null);
    const left = aSnapshot({ more: { persistentVolume: [aPersistentVolume({ phase: 'Released' })] } });
    expect(figureOf(left)).toEqual(['0', 'volumes claimed', 'no claim is there']);
  });

  test('tells a loss before all else', () => {
    expect(tile.checks[0]?.check).toBe('storage/volume-emptied');
  });
});

describe('a row', () => {
  const subject = { kind: 'PersistentVolumeClaim', namespace: 'git', name: 'a' };

  test('tells of a claim where it is kept, how full it is and who uses it', () => {
    const snapshot = snapshotOf(claims('a'), [full('a', 71.9)]);
    keepForecasts(snapshot, new Map([['git/a', 9.5 * hour]]));
    expect(tile.cells(subject, snapshot)).toEqual({
      ...{ name: 'a', namespace: 'git', kind: 'longhorn', used: 7.19e9, size: 1e10, full: 71, inodes: 6 },
      ...{ fullIn: 9 * hour, users: 'a-app', nodes: 'nuc0', measuredAt: noon - 20 * second },
    });
    const keys = new Set(tile.columns.map(({ key }) => key));
    expect(Object.keys(tile.cells(subject, snapshot)).filter((key) => !keys.has(key))).toEqual([]);
  });

  test('keeps the last figures of a silent kubelet with their age, and forecasts nothing by them', () => {
    const silent = { sources: { 'kubelet/nuc0': { fresh: false, state: 'unreachable' as const } } };
    const snapshot = snapshotOf(claims('a'), [full('a', 50)], silent);
    keepForecasts(snapshot, new Map([['git/a', hour]]));
    expect(tile.cells(subject, snapshot)).toMatchObject({ full: 50, measuredAt: noon - 20 * second, fullIn: null });
  });

  test("has words and no figures where it shares a disk or a server's", () => {
    const sharing = tile.cells(subject, snapshotOf(claims('a'), [shared('a')]));
    expect(sharing).toMatchObject({
      kind: 'shares the disk of nuc0',
      used: null,
      full: null,
      inodes: null,
      measuredAt: null,
    });
    const made = { is: 'nfs', driver: '', handle: '', server: 'nas', path: '/media' } as const;
    const volume = aPersistentVolume({ name: 'pvc-a', made });
    const nfs = snapshotOf(claims('a'), [full('a', 50)], { more: { persistentVolume: [volume] } });
    expect(tile.cells(subject, nfs)).toMatchObject({ kind: 'NFS nas:/media', used: null, full: null });
  });

  test('of what is gone, and of what is no claim, has its name', () => {
    expect(tile.cells(subject, aSnapshot())).toMatchObject({ name: 'a', namespace: 'git', kind: 'gone', used: null });
    const left = aSnapshot({ more: { persistentVolume: [aPersistentVolume({ name: 'pv', nodes: ['nuc0'] })] } });
    expect(tile.cells({ kind: 'PersistentVolume', name: 'pv' }, left)).toMatchObject({
      ...{ name: 'pv', kind: 'a volume without its claim', size: 1e10, nodes: 'nuc0' },
    });
  });
});

describe('the series of claims', () => {
  const read = (snapshot: ReturnType<typeof aSnapshot>) =>
    [...tile.series![0]!.read(snapshot)].map(({ subject, value }) => [subject?.name, value]);

  test('has what is measured now of those with figures of their own', () => {
    const all = [full('a', 20), shared('b')];
    expect(read(snapshotOf(claims('a', 'b', 'c'), all))).toEqual([['a', 2e9]]);
    const silent = { sources: { 'kubelet/nuc0': { fresh: false } } };
    expect(read(snapshotOf(claims('a'), all, silent))).toEqual([]);
  });

  test('is measured also where nobody tells how large the volume is', () => {
    const unsized = aVolumeStats({ claim: 'a', capacityBytes: null, availableBytes: null });
    expect(read(snapshotOf(claims('a'), [unsized]))).toEqual([['a', 1.9e9]]);
  });

  test('is one of each claim, never let go, and called after it', () => {
    expect(tile.series).toHaveLength(1);
    expect(tile.series![0]).toMatchObject({ series: 'storage/used', unit: 'bytes', lasting: true });
    expect(tile.series![0]!.title({ kind: 'PersistentVolumeClaim', name: 'gitea-data' })).toBe('Used of gitea-data');
  });
});
