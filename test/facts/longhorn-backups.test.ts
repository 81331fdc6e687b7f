import { describe, expect, test } from 'vitest';
import { longhornBackupTargetFact } from '#server/facts/longhorn-backup-target.ts';
import { longhornBackupVolumeFact } from '#server/facts/longhorn-backup-volume.ts';
import { longhornBackupFact } from '#server/facts/longhorn-backup.ts';
import { longhornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import {
  rawLonghornBackup,
  rawLonghornBackupTarget,
  rawLonghornBackupVolume,
  rawLonghornRecurringJob,
} from './raw-backups.ts';
import { at, later } from './raw-pod.ts';

const [atMs, laterMs] = [Date.parse(at), Date.parse(later)];
const metadata = { name: 'backup-1', namespace: 'longhorn-system', creationTimestamp: at };

describe('a backup of Longhorn', () => {
  test('becomes a fact: numbers are texts, and whose data they are stands in a label as JSON', () => {
    expect(longhornBackupFact(rawLonghornBackup, 'longhorn-backups')).toEqual({
      ...{ key: 'longhorn-system/backup-gitea-data-0a1b', uid: 'uid-backup-gitea-data-0a1b' },
      ...{ source: 'longhorn-backups', namespace: 'longhorn-system', name: 'backup-gitea-data-0a1b' },
      ...{ state: 'Completed', error: '', volume: 'pvc-gitea-data', bytes: 1_900_032_000 },
      ...{ volumeBytes: 10 * 2 ** 30, takenAt: atMs, createdAt: laterMs },
      ...{ claim: 'git/gitea-data', job: 'nightly', target: 'nas' },
    });
  });

  test('that failed has its volume in a label alone, its claim and job in what was asked for, and its begin', () => {
    const { labels } = rawLonghornBackup.metadata;
    const raw = {
      metadata: { ...metadata, labels },
      spec: rawLonghornBackup.spec,
      status: { state: 'Error', error: 'proxy: password=hunter2 refused', volumeName: '', size: '', labels: null },
    };
    expect(longhornBackupFact(raw, 's')).toMatchObject({
      ...{ state: 'Error', volume: 'pvc-gitea-data', claim: 'git/gitea-data', job: 'nightly', bytes: null },
      ...{ error: 'proxy: password=*** refused', takenAt: null, createdAt: atMs },
    });
  });

  test.each(['', '{"pvcName":"a"', '[]', 'null', '{"pvcName":"a"}', '{"pvcName":3,"namespace":"b"}', 7])(
    'whose label KubernetesStatus is %j is of no claim that is known',
    (KubernetesStatus) => {
      const raw = { metadata, status: { labels: { KubernetesStatus }, size: '-5', volumeSize: '1e99' } };
      expect(longhornBackupFact(raw, 's')).toMatchObject({
        ...{ claim: '', bytes: null, volumeBytes: null, state: '', volume: '', target: 'default' },
      });
    },
  );
});

test('what a target holds of a volume becomes a fact; once it had the name of the volume', () => {
  expect(longhornBackupVolumeFact(rawLonghornBackupVolume, 'longhorn-backupvolumes')).toEqual({
    ...{ key: 'longhorn-system/pvc-gitea-data-0a1b2c3d', uid: 'uid-pvc-gitea-data-0a1b2c3d' },
    ...{ source: 'longhorn-backupvolumes', namespace: 'longhorn-system', name: 'pvc-gitea-data-0a1b2c3d' },
    ...{ volume: 'pvc-gitea-data', lastBackup: 'backup-gitea-data-0a1b', lastBackupAt: laterMs },
    ...{ storedBytes: 1_900_032_000, syncedAt: laterMs, target: 'nas', claim: 'git/gitea-data' },
  });
  const status = { lastBackupAt: '', lastSyncedAt: null };
  expect(longhornBackupVolumeFact({ metadata: { ...metadata, name: 'pvc-old' }, status }, 's')).toMatchObject({
    ...{ volume: 'pvc-old', lastBackup: '', lastBackupAt: null, syncedAt: null, storedBytes: null },
  });
});

describe('a target of Longhorn', () => {
  test('that cannot be reached says why, and was never synced where the date is the first of all', () => {
    expect(longhornBackupTargetFact(rawLonghornBackupTarget, 'longhorn-backuptargets')).toEqual({
      ...{ key: 'longhorn-system/nas-small', uid: 'uid-nas-small', source: 'longhorn-backuptargets' },
      ...{ namespace: 'longhorn-system', name: 'nas-small', url: 'nfs://nas.example:/backups', available: false },
      ...{ message: 'cannot mount nfs nas.example:/backups: connection refused', syncedAt: null },
    });
  });

  test('that is not told of is neither there nor not', () => {
    expect(longhornBackupTargetFact({ metadata, spec: { backupTargetURL: '' } }, 's')).toMatchObject({
      ...{ url: '', available: null, message: '', syncedAt: null },
    });
  });
});

describe('a recurring job of Longhorn', () => {
  const keepsOf = (spec: object) => longhornRecurringJobFact({ metadata, spec }, 's')?.keeps;

  test('becomes a fact', () => {
    expect(longhornRecurringJobFact(rawLonghornRecurringJob, 'longhorn-recurringjobs')).toEqual({
      ...{ key: 'longhorn-system/nightly-small', uid: 'uid-nightly-small', source: 'longhorn-recurringjobs' },
      ...{ namespace: 'longhorn-system', name: 'nightly-small', task: 'backup', cron: '0 2 * * *', keeps: 1 },
      groups: ['default'],
    });
  });

  test('keeps so many, none, or by age', () => {
    expect(keepsOf({ retain: 0, task: 'filesystem-trim' })).toBe(0);
    expect(keepsOf({ retain: 5, retentionPolicy: 'age-based', retainAge: '24h' })).toBeNull();
    expect(keepsOf({ retain: -1 })).toBeNull();
    expect(keepsOf({})).toBeNull();
  });
});
