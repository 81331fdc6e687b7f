import { describe, expect, test } from 'vitest';
import uncovered from '#server/checks/backups/uncovered.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import { aLonghornVolume, aVolumeSnapshot, anEtcdSnapshot } from '#test/builders/backups.ts';
import { aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aPodTemplate } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { aDeployment, aStatefulSet } from '#test/builders/workloads.ts';
import { day, hour, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed, remembered } from './house.ts';

const told = (snapshot: ReturnType<typeof aSnapshot>) =>
  judged(uncovered, snapshot).map((verdict) => `${verdict.level} ${sentence(verdict)}`);

/** Longhorn has a job of group default; the volume of photos is in another one. */
const photosAside = [
  aLonghornVolume(),
  aLonghornVolume({
    ...{ name: 'pvc-photos', claim: { namespace: 'media', name: 'photos', isPast: false }, groups: ['paused'] },
    ...{ lastBackup: '', lastBackupAt: null },
  }),
];

describe('a claim in use', () => {
  test('that a plan covers is fine', () => {
    const verdict = theVerdict(uncovered, aHouse(['git/gitea-data']));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'gitea-data is backed up by Longhorn']);
    expect(verdict.sources).toEqual(
      expect.arrayContaining(['longhorn-recurringjobs', 'persistentvolumeclaims', 'pods']),
    );
  });

  test('that nothing covers is a warning, named, with how to cover it or to leave it out', () => {
    const snapshot = aHouse(['git/gitea-data', 'media/photos'], { longhornVolume: photosAside });
    const [, photos] = judged(uncovered, snapshot);
    expect([photos!.level, sentence(photos!)]).toEqual(['warn', 'no backup of photos is known']);
    expect(photos!.subject).toEqual({ kind: 'PersistentVolumeClaim', namespace: 'media', name: 'photos' });
    expect(evidenceOf(photos!)).toEqual(['photos-pod has it mounted']);
    expect(commandsOf(photos!)).toEqual([
      'kubectl -n longhorn-system label volumes.longhorn.io pvc-photos recurring-job.longhorn.io/nightly=enabled',
      'kubectl -n media annotate pvc photos clusterwall.dev/backup=none',
    ]);
    expect(photos!.sources).toEqual(expect.arrayContaining(['velero-schedules', 'k8up-schedules', 'cronjobs']));
  });

  test('that nothing covers any more tells when it last was', () => {
    const before = aHouse(['media/photos'], { longhornBackup: [aBackupOf('media/photos', 58)] });
    const now = aHouse(['git/gitea-data', 'media/photos'], { longhornVolume: photosAside });
    const memory = remembered([before, now]);
    const [, photos] = judged(uncovered, now, { memories: { 'backups/shrank': memory } });
    expect(evidenceOf(photos!)[0]).toBe('the last one known is of Tue 02:00, and is gone');
  });

  test('of which a system may not be looked at says so, and is still told', () => {
    const sources = { ...installed('longhorn'), 'velero-backups': { state: 'forbidden' as const, fresh: false } };
    const snapshot = aHouse(['git/gitea-data', 'media/photos'], { longhornVolume: photosAside }, { sources });
    const [, photos] = judged(uncovered, snapshot);
    expect(photos!.level).toBe('warn');
    expect(evidenceOf(photos!)).toContain('what Velero does may not be looked at');
    expect(photos!.sources).not.toContain('velero-backups');
  });

  test('that is marked needs none', () => {
    const claim = aClaim({ wish: { ...noStorageWish, noBackup: true } });
    expect(told(aHouse(['git/gitea-data'], { persistentVolumeClaim: [claim], longhornVolume: [] }))).toEqual([
      'ok gitea-data is left out of backups by its annotation',
    ]);
  });

  test('that somebody backed up once by hand is a notice', () => {
    const longhornBackup = [aBackupOf('media/photos', 24 * 31, { job: '' })];
    const snapshot = aHouse(['git/gitea-data', 'media/photos'], { longhornVolume: photosAside, longhornBackup });
    expect(told(snapshot)[1]).toBe(
      'notice nothing makes backups of photos again and again: the last was made by hand 31 days ago',
    );
    const timeless = [aBackupOf('media/photos', 1, { job: '', takenAt: null, createdAt: null })];
    const odd = aHouse(['media/photos'], { longhornVolume: photosAside, longhornBackup: timeless });
    expect(told(odd)).toEqual([
      'notice nothing makes backups of photos again and again: those there are were made by hand',
    ]);
  });

  test('that asks for a job which there is not is told so', () => {
    const longhornVolume = [aLonghornVolume({ jobs: ['weekly'], groups: ['default'] })];
    expect(told(aHouse(['git/gitea-data'], { longhornVolume }))).toEqual([
      'ok gitea-data is backed up by Longhorn',
      'notice gitea-data asks Longhorn for weekly, which does not exist',
    ]);
    const alone = [aLonghornVolume({ jobs: ['weekly'], groups: [], lastBackup: '', lastBackupAt: null })];
    const verdict = theVerdict(uncovered, aHouse(['git/gitea-data'], { longhornVolume: alone }));
    expect(verdict.level).toBe('warn');
    expect(evidenceOf(verdict)).toContain('gitea-data asks Longhorn for weekly, which does not exist');
  });
});

describe('claims of the same name in two namespaces', () => {
  test('are two', () => {
    const snapshot = aHouse(['git/data', 'media/data'], {
      longhornVolume: [aLonghornVolume({ claim: { namespace: 'git', name: 'data', isPast: false }, name: 'pvc-data' })],
      persistentVolumeClaim: [
        aClaim({ namespace: 'git', name: 'data' }),
        aClaim({ namespace: 'media', name: 'data', volume: 'pvc-other' }),
      ],
      persistentVolume: [],
    });
    expect(judged(uncovered, snapshot).map(({ level, subject }) => [subject.namespace, level])).toEqual([
      ['git', 'ok'],
      ['media', 'warn'],
    ]);
  });
});

describe('a claim', () => {
  const parts = (more: SnapshotParts): SnapshotParts => ({
    ...{ sources: installed('longhorn'), pods: [] },
    ...more,
  });
  const longhornVolume = [aLonghornVolume({ groups: ['paused'], lastBackup: '', lastBackupAt: null })];

  test('that nobody uses is not judged', () => {
    expect(judged(uncovered, aHouse(['git/gitea-data'], { longhornVolume }, parts({})))).toEqual([]);
    const done = parts({ pods: [aPod({ namespace: 'git', claims: ['gitea-data'], phase: 'Succeeded' })] });
    expect(judged(uncovered, aHouse(['git/gitea-data'], { longhornVolume }, done))).toEqual([]);
  });

  test('of a workload that is scaled to nothing is in use: its data are still wanted', () => {
    const volumes = [{ name: 'data', is: 'claim' as const, what: 'gitea-data' }];
    const deployments = [aDeployment({ namespace: 'git', name: 'gitea', template: aPodTemplate({ volumes }) })];
    expect(told(aHouse(['git/gitea-data'], { longhornVolume }, parts({ deployments })))).toEqual([
      'warn no backup of gitea-data is known',
    ]);
  });

  test("of a StatefulSet's own is in use, by its number", () => {
    const volumes = [{ name: 'data', is: 'claim' as const, what: 'data' }];
    const statefulSets = [aStatefulSet({ namespace: 'db', name: 'pg', template: aPodTemplate({ volumes }) })];
    const of = (...names: string[]) =>
      told(
        aHouse(
          names.map((name) => `db/${name}`),
          { longhornVolume: [], persistentVolume: [] },
          parts({ statefulSets }),
        ),
      );
    expect(of('data-pg-0', 'data-pg-12')).toHaveLength(2);
    expect(of('data-pgx-0', 'data-other-0')).toEqual([]);
  });
});

describe('where nobody makes any backups', () => {
  const bare = (keys: string[], sources = installed()) =>
    aHouse(keys, { longhornVolume: [], longhornRecurringJob: [], longhornBackupTarget: [] }, { sources });

  test('one warning says so of all', () => {
    const verdict = theVerdict(uncovered, bare(['git/gitea-data', 'media/photos', 'db/pg', 'home/zigbee']));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['warn', 'no backup is known of any of the 4 volumes in use'],
    ]);
    expect(verdict.subject).toEqual({ kind: 'Cluster', name: 'cluster' });
    expect(evidenceOf(verdict)[0]).toBe('gitea-data, pg, photos and 1 more');
  });

  test('Longhorn as storage alone, without a target, is none', () => {
    expect(told(bare(['git/gitea-data'], installed('longhorn')))).toEqual([
      'warn no backup is known of the one volume in use, gitea-data',
    ]);
  });

  test('and no volume is in use nothing is said', () => {
    expect(judged(uncovered, bare([]))).toEqual([]);
  });
});

describe('snapshots', () => {
  test('of a volume cover it', () => {
    const volumeSnapshot = [aVolumeSnapshot({ namespace: 'git', claim: 'gitea-data', takenAt: noon - hour })];
    const snapshot = aHouse(['git/gitea-data'], {
      ...{ volumeSnapshot, longhornVolume: [], longhornRecurringJob: [], longhornBackupTarget: [] },
    });
    expect(told(snapshot)).toEqual([
      'notice nothing makes backups of gitea-data again and again: the last was made by hand 60 min ago',
    ]);
  });
});

describe("the cluster's own database", () => {
  const nodes = [aNode({ name: 'nuc0', roles: ['control-plane', 'etcd'], kubeletVersion: 'v1.36.2+k3s1' })];
  const of = (parts: SnapshotParts) =>
    told(aSnapshot({ nodes, sources: installed('etcd'), ...parts })).filter((text) => text.includes('database'));

  test('of k3s without any snapshot is a notice', () => {
    expect(of({})).toEqual(["notice no snapshot of the cluster's own database is known"]);
    expect(of({ more: { etcdSnapshot: [anEtcdSnapshot({ takenAt: noon - day })] } })).toEqual([
      "ok the cluster's own database has snapshots",
    ]);
  });

  test('is not spoken of where it is not etcd, not of k3s, or its snapshots cannot be seen', () => {
    expect(of({ nodes: [aNode({ roles: ['control-plane'], kubeletVersion: 'v1.36.2+k3s1' })] })).toEqual([]);
    expect(of({ nodes: [aNode({ roles: ['control-plane', 'etcd'], kubeletVersion: 'v1.36.2' })] })).toEqual([]);
    expect(of({ sources: installed() })).toEqual([]);
  });
});
