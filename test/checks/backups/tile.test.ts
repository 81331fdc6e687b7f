import { describe, expect, test } from 'vitest';
import tile from '#server/checks/backups/tile.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { aCronJob, aLonghornVolume, anEtcdSnapshot } from '#test/builders/backups.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aVolumeStats } from '#test/builders/storage.ts';
import { noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed, remembered } from './house.ts';

const keys = ['git/gitea-data', 'media/photos', 'db/pg'];
const claimOf = (key: string) => {
  const [namespace = '', name = ''] = key.split('/');
  return { kind: 'PersistentVolumeClaim', namespace, name };
};
const withMemory = (memory = new Map<string, unknown>()) => ({ memory: () => memory });

function figureOf(snapshot: Snapshot, memory = new Map<string, unknown>()) {
  const figure = tile.figure(snapshot, withMemory(memory));
  return figure && { ...figure, detail: sentence({ say: figure.detail }, snapshot.now) };
}

describe('the figure of the backups', () => {
  test('is how old the newest backup is of the volume that fares worst', () => {
    const longhornBackup = [
      aBackupOf(keys[0]!, 3),
      aBackupOf(keys[1]!, 6.5),
      aBackupOf(keys[1]!, 30),
      aBackupOf(keys[2]!, 1),
    ];
    expect(figureOf(aHouse(keys, { longhornBackup }))).toEqual({
      ...{ value: '6', unit: 'h', rest: 'since the oldest of 3', detail: 'every volume backed up within 7 h' },
    });
  });

  test('is less than an hour, or days', () => {
    const of = (hoursAgo: number) => figureOf(aHouse([keys[0]!], { longhornBackup: [aBackupOf(keys[0]!, hoursAgo)] }));
    expect(of(0.2)).toEqual({
      ...{ value: '<1', unit: 'h', rest: 'since the last', detail: 'every volume backed up within 60 min' },
    });
    expect(of(47.5)).toMatchObject({ value: '47', unit: 'h', detail: 'every volume backed up within 2 days' });
    expect(of(24 * 9)).toMatchObject({ value: '9', unit: 'days', detail: 'gitea-data: 9 days ago' });
    expect(of(-0.5)).toMatchObject({ value: '<1', unit: 'h' });
  });

  test('counts what is covered where not all is, and names it', () => {
    const longhornBackup = keys.map((key) => aBackupOf(key, 7));
    const longhornVolume = [aLonghornVolume({ lastBackup: '', lastBackupAt: null })];
    const partly = aHouse(keys, { longhornVolume, longhornBackup: longhornBackup.slice(0, 1), persistentVolume: [] });
    expect(figureOf(partly)).toEqual({
      ...{ value: '7', unit: 'h', rest: '1 of 3 covered', detail: 'pg and 1 more are not backed up' },
    });
  });

  test('leaves out what its owner leaves out', () => {
    const excluded = aClaim({ namespace: 'media', name: 'photos', wish: { ...noStorageWish, noBackup: true } });
    const persistentVolumeClaim = [aClaim(), excluded];
    const snapshot = aHouse(keys.slice(0, 2), { persistentVolumeClaim, longhornBackup: [aBackupOf(keys[0]!, 7)] });
    expect(figureOf(snapshot)).toMatchObject({ value: '7', rest: 'since the last' });
  });

  test('tells of plans that have made nothing yet', () => {
    expect(figureOf(aHouse(keys))).toEqual({
      ...{ value: '–', rest: '3 of 3 covered', detail: 'no backup of pg yet' },
    });
  });

  test('is remembered where objects are gone', () => {
    const memory = remembered([aHouse([keys[0]!], { longhornBackup: [aBackupOf(keys[0]!, 34)] })]);
    expect(figureOf(aHouse([keys[0]!]), memory)).toMatchObject({ value: '34', unit: 'h' });
  });

  test('is none only where there is neither a claim nor a backup system', () => {
    expect(figureOf(aSnapshot({ sources: installed() }))).toBeNull();
    expect(figureOf(aSnapshot({ sources: installed('velero') }))).toEqual({
      ...{ value: '–', detail: 'no volume in use is to be backed up' },
    });
    const unused = aSnapshot({ sources: installed(), more: { persistentVolumeClaim: [aClaim()] } });
    expect(figureOf(unused)).not.toBeNull();
  });
});

describe('a row', () => {
  const given = tile.columns.filter(({ measured }) => measured === undefined).map(({ key }) => key);
  const longhornBackup = [10, 34, 58].map((hoursAgo, i) =>
    aBackupOf(keys[0]!, hoursAgo, { bytes: 1_000_000 * (3 - i) }),
  );
  const cronJob = [aCronJob({ backupOf: ['git/gitea-data'] })];

  test('of a claim tells of its backups, their sizes, plans and how many are kept', () => {
    const nodeStats = [aNodeStats({ volumes: [aVolumeStats()] })];
    const snapshot = aHouse(keys, { longhornBackup, cronJob }, { nodeStats });
    const memory = remembered([snapshot]);
    expect(tile.cells(claimOf(keys[0]!), snapshot, withMemory(memory))).toEqual({
      ...{ name: 'gitea-data', namespace: 'git', covered: 'yes', sizes: [1_000_000, 2_000_000, 3_000_000] },
      ...{ used: 1_900_000_000, system: 'Longhorn, CronJob', plan: 'nightly and gitea-dump', keeps: 7 },
      last: cronJob[0]!.lastSuccessAt,
    });
  });

  test('of a claim says in a word whether it is covered', () => {
    const of = (snapshot: Snapshot, key = keys[0]!) => tile.cells(claimOf(key), snapshot)['covered'];
    const bare = { longhornVolume: [], longhornRecurringJob: [] };
    expect(of(aHouse(keys, bare))).toBe('no');
    expect(of(aHouse(keys, bare, { pods: [], sources: installed('longhorn') }))).toBe('no, not in use');
    expect(of(aHouse(keys, { ...bare, longhornBackup }))).toBe('by hand');
    const paused = aCronJob({ namespace: 'longhorn-system', name: 'nightly', longhornJob: 'nightly', suspended: true });
    expect(of(aHouse(keys, { cronJob: [paused] }))).toBe('paused');
    const persistentVolumeClaim = [aClaim({ wish: { ...noStorageWish, noBackup: true } })];
    expect(of(aHouse(keys, { persistentVolumeClaim }))).toBe('left out');
    expect(of(aHouse([]))).toBe('the claim is gone');
  });

  test('of a plan and of a place', () => {
    const snapshot = aHouse(keys, { longhornBackup });
    expect(tile.cells({ kind: 'RecurringJob', namespace: 'longhorn-system', name: 'nightly' }, snapshot)).toMatchObject(
      {
        ...{ name: 'nightly', covered: '3 volumes', plan: '0 2 * * *', keeps: 7, system: 'Longhorn' },
        last: noon - 10 * 3_600_000,
      },
    );
    expect(tile.cells({ kind: 'BackupTarget', namespace: 'longhorn-system', name: 'default' }, snapshot)).toMatchObject(
      {
        ...{ covered: 'a place for backups', plan: 'nfs://nas.example:/backups' },
      },
    );
  });

  test('of the cluster tells of its own database, where there are snapshots of it', () => {
    const snapshot = aSnapshot({ sources: installed('etcd'), more: { etcdSnapshot: [anEtcdSnapshot()] } });
    const cluster = { kind: 'Cluster', name: 'cluster' };
    expect(tile.cells(cluster, snapshot, withMemory(remembered([snapshot])))).toMatchObject({
      ...{ covered: 'its own database', last: noon, sizes: [25_000_000], system: 'etcd snapshots' },
    });
  });

  test('has every column, whatever it is of', () => {
    const subjects = [
      ...keys.map(claimOf),
      ...[
        { kind: 'Cluster', name: 'cluster' },
        { kind: 'Source', name: 'pods' },
        { kind: 'BackupSystem', name: 'velero' },
      ],
    ];
    for (const snapshot of [aSnapshot(), aHouse(keys, { longhornBackup })]) {
      for (const subject of subjects) {
        expect(Object.keys(tile.cells(subject, snapshot)).toSorted()).toEqual(given.toSorted());
      }
    }
  });
});

describe('the series', () => {
  const valuesOf = (snapshot: Snapshot) =>
    tile.series!.map((rule) => [...rule.read(snapshot)].map(({ value }) => value));

  test('are how old the oldest newest backup is, and how many are covered', () => {
    const longhornVolume = [aLonghornVolume({ lastBackup: '', lastBackupAt: null })];
    const snapshot = aHouse(keys.slice(0, 2), {
      ...{ longhornVolume, persistentVolume: [], longhornBackup: [aBackupOf(keys[0]!, 7)] },
    });
    expect(valuesOf(snapshot)).toEqual([[7 * 3_600_000], [50]]);
  });

  test('are none where there is nothing to tell', () => {
    expect(valuesOf(aSnapshot({ sources: installed() }))).toEqual([[], []]);
    expect(valuesOf(aHouse(keys))).toEqual([[], [100]]);
  });
});
