import { describe, expect, test } from 'vitest';
import { cronJobFact } from '#server/facts/cron-job.ts';
import { etcdSnapshotFact } from '#server/facts/etcd-snapshot.ts';
import { goDurationOf } from '#server/facts/go-duration.ts';
import { k8upBackupFact } from '#server/facts/k8up-backup.ts';
import { k8upScheduleFact } from '#server/facts/k8up-schedule.ts';
import { k8upSnapshotFact } from '#server/facts/k8up-snapshot.ts';
import { targetUrlOf } from '#server/facts/target-url.ts';
import { veleroBackupFact } from '#server/facts/velero-backup.ts';
import { veleroLocationFact } from '#server/facts/velero-location.ts';
import { veleroScheduleFact } from '#server/facts/velero-schedule.ts';
import { volSyncSourceFact } from '#server/facts/volsync-source.ts';
import { volumeSnapshotFact } from '#server/facts/volume-snapshot.ts';
import {
  rawCronJob,
  rawEtcdSnapshot,
  rawK8upBackup,
  rawK8upSchedule,
  rawK8upSnapshot,
  rawVeleroBackup,
  rawVeleroLocation,
  rawVeleroSchedule,
  rawVolSyncSource,
  rawVolumeSnapshot,
} from './raw-backups.ts';
import { templateFact } from './raw-controllers.ts';
import { at, later } from './raw-pod.ts';

const [atMs, laterMs] = [Date.parse(at), Date.parse(later)];
const metadata = { name: 'nightly', namespace: 'git', creationTimestamp: at };
const day = 86_400_000;

describe('a CronJob', () => {
  test('becomes a fact with what it runs, and of which claims it is the backup', () => {
    expect(cronJobFact(rawCronJob, 'cronjobs')).toEqual({
      ...{ key: 'git/gitea-data-dump', uid: 'uid-gitea-data-dump', source: 'cronjobs' },
      ...{ namespace: 'git', name: 'gitea-data-dump', cron: '30 2 * * *', timeZone: 'Europe/Amsterdam' },
      ...{ suspended: false, active: 1, lastScheduledAt: laterMs, lastSuccessAt: atMs, createdAt: atMs },
      ...{ template: templateFact, backupOf: ['git/gitea-data', 'mail/inbox'], longhornJob: '' },
    });
  });

  test("of Longhorn's own says which recurring job it runs", () => {
    const labels = { 'recurring-job.longhorn.io': 'nightly' };
    expect(cronJobFact({ metadata: { ...metadata, labels } }, 's')).toMatchObject({
      ...{ longhornJob: 'nightly', template: null, cron: '', timeZone: null, lastSuccessAt: null, backupOf: [] },
    });
  });

  test.each([
    ['gitea-data', ['git/gitea-data']],
    [' a ,, b/c , a', ['git/a', 'b/c']],
    ['$(reboot), a/b/c, A', []],
    [7, []],
  ])('marked as the backup of %j is that of %j', (mark, claims) => {
    const annotations = { 'clusterwall.dev/backup-of': mark };
    expect(cronJobFact({ metadata: { ...metadata, annotations } }, 's')?.backupOf).toEqual(claims);
  });
});

describe('a backup of Velero', () => {
  const scopeOf = (spec: object) => veleroBackupFact({ metadata, spec }, 's')!;

  test('becomes a fact with how it ended and what it takes', () => {
    expect(veleroBackupFact(rawVeleroBackup, 'velero-backups')).toEqual({
      ...{ key: 'velero/nightly-small-20261121030800', uid: 'uid-nightly-small-20261121030800' },
      ...{ source: 'velero-backups', namespace: 'velero', name: 'nightly-small-20261121030800' },
      ...{ phase: 'PartiallyFailed', schedule: 'nightly', location: 'default', namespaces: ['*'] },
      ...{ leftOut: ['kube-system'], selector: { app: 'gitea' }, volumes: 'files' },
      ...{ startedAt: atMs, completedAt: laterMs, expiresAt: atMs + 30 * day, errors: 2, warnings: 1, failure: '' },
    });
  });

  test('that never began was asked for at some time, and says why it failed', () => {
    const status = {
      phase: 'FailedValidation',
      validationErrors: ['no such location', 'no such namespace'],
      errors: -3,
    };
    expect(veleroBackupFact({ metadata, status }, 's')).toMatchObject({
      ...{ startedAt: atMs, completedAt: null, failure: 'no such location; no such namespace', errors: 0 },
    });
  });

  test('that is done and does not say when has no time: its object may have been made long after', () => {
    expect(veleroBackupFact({ metadata, status: { phase: 'Completed' } }, 's')?.startedAt).toBeNull();
    expect(veleroBackupFact({ metadata, status: { phase: 'New' } }, 's')?.startedAt).toBe(atMs);
    const status = { phase: 'Completed', completionTimestamp: later };
    expect(veleroBackupFact({ metadata, status }, 's')?.startedAt).toBe(laterMs);
  });

  test.each([
    [{}, 'snapshots'],
    [{ snapshotVolumes: false }, 'none'],
    [{ snapshotVolumes: false, defaultVolumesToRestic: true }, 'files'],
    [{ includedResources: ['deployments', 'configmaps'] }, 'none'],
    [{ includedResources: ['*'] }, 'snapshots'],
    [{ excludedResources: ['persistentvolumeclaims'] }, 'none'],
    [{ includedNamespacedResources: ['PVC'] }, 'snapshots'],
  ])('of %j has the data of volumes by %s', (spec, volumes) => {
    expect(scopeOf(spec).volumes).toBe(volumes);
  });

  test('that selects by rules which are no plain labels covers nobody by them', () => {
    const matchExpressions = [
      { key: 'app', operator: 'In', values: ['gitea'] },
      { key: 'tier', operator: 'NotIn', values: ['cache', 'web'] },
    ];
    expect(scopeOf({ labelSelector: { matchExpressions } }).selector).toEqual({
      ...{ app: 'gitea', 'tier notin (cache, web)': '' },
    });
    const orLabelSelectors = [{ matchLabels: { app: 'a' } }, { matchLabels: { app: 'b' } }];
    expect(scopeOf({ orLabelSelectors }).selector).toEqual({ app: 'a', 'any of 2 selectors': '' });
    expect(scopeOf({ labelSelector: {} }).selector).toBeNull();
  });
});

test('a Schedule of Velero becomes a fact', () => {
  expect(veleroScheduleFact(rawVeleroSchedule, 'velero-schedules')).toEqual({
    ...{ key: 'velero/nightly-small', uid: 'uid-nightly-small', source: 'velero-schedules' },
    ...{ namespace: 'velero', name: 'nightly-small', cron: '0 3 * * *', paused: true, phase: 'Enabled', problems: [] },
    ...{ lastStartedAt: atMs, keepsMs: 30 * day, location: '', namespaces: ['git'], leftOut: [], selector: null },
    ...{ volumes: 'snapshots', createdAt: atMs },
  });
  expect(veleroScheduleFact({ metadata, spec: { template: { ttl: '0s' } } }, 's')?.keepsMs).toBeNull();
});

test('a location of Velero becomes a fact without its password', () => {
  expect(veleroLocationFact(rawVeleroLocation, 'velero-locations')).toMatchObject({
    ...{ phase: 'Unavailable', isDefault: true, provider: 'aws', bucket: 'velero', url: 'http://minio.example:9000' },
    ...{ validatedAt: laterMs, validatedEveryMs: 60_000 },
    message: 'BackupStorageLocation "default" is unavailable: dial tcp: connection refused',
  });
});

describe('a backup of K8up', () => {
  const resultOf = (...conditions: object[]) =>
    k8upBackupFact({ metadata, status: { finished: true, conditions } }, 's')!;
  const condition = (type: string, status: string, reason: string) => ({
    ...{ type, status, reason, message: `it is ${reason}`, lastTransitionTime: later },
  });

  test('that is finished has failed where its Completed says so', () => {
    expect(k8upBackupFact(rawK8upBackup, 'k8up-backups')).toEqual({
      ...{ key: 'git/gitea-data-backup-x7k2p', uid: 'uid-gitea-data-backup-x7k2p', source: 'k8up-backups' },
      ...{ namespace: 'git', name: 'gitea-data-backup-x7k2p', result: 'failed', message: 'the job has failed' },
      ...{ schedule: 'gitea-data-schedule', startedAt: atMs, endedAt: laterMs },
    });
  });

  test.each([
    [[condition('Completed', 'True', 'Succeeded')], 'good'],
    [[condition('Completed', 'True', 'Failed')], 'failed'],
    [[condition('Completed', 'True', 'Exploded')], 'failed'],
    [[condition('PreBackupPodReady', 'False', 'CommandFailed')], 'failed'],
    [[condition('PreBackupPodReady', 'False', 'Failed'), condition('Completed', 'True', 'Succeeded')], 'failed'],
    [[condition('PreBackupPodReady', 'Unknown', 'Waiting')], 'running'],
    [[condition('Progressing', 'True', 'Started')], 'running'],
    [[condition('Progressing', 'False', 'Finished')], 'unknown'],
    [[], 'unknown'],
  ] as const)('with %j is %s', (conditions, result) => {
    expect(resultOf(...conditions).result).toBe(result);
  });
});

describe('a Schedule of K8up', () => {
  const scheduleOf = (spec: object, status = {}) => k8upScheduleFact({ metadata, spec, status }, 's')!;

  test('becomes a fact with the hour that was drawn for it', () => {
    expect(k8upScheduleFact(rawK8upSchedule, 'k8up-schedules')).toEqual({
      ...{ key: 'git/gitea-data-schedule', uid: 'uid-gitea-data-schedule', source: 'k8up-schedules' },
      ...{ namespace: 'git', name: 'gitea-data-schedule', cron: '17 3 * * *', paused: false },
      ...{ target: 's3:https://s3.example/k8up', keeps: 14, createdAt: atMs },
    });
  });

  test('that has drawn none yet says what is written, and without a prune how many it keeps is not told', () => {
    expect(scheduleOf({ backup: { schedule: '@daily-random' } })).toMatchObject({ cron: '@daily-random', keeps: null });
    expect(scheduleOf({ prune: { retention: { keepTags: ['a'] } } })).toMatchObject({
      cron: '',
      keeps: null,
      target: '',
    });
  });

  test('keeps only one where the same backup is the last, the day and the week', () => {
    const retention = { keepLast: 1, keepDaily: 1, keepWeekly: 1 };
    expect(scheduleOf({ prune: { retention } }).keeps).toBe(1);
  });

  test.each([
    [{ rest: { url: 'https://anna:hunter2@rest.example/repo' } }, 'rest:https://rest.example/repo'],
    [{ local: { mountPath: '/backups' } }, '/backups'],
    [{ b2: { bucket: 'b', path: 'p' } }, 'b2:b:p'],
    [{ s3: { bucket: 'b' } }, 's3:b'],
    [{}, ''],
  ])('with the backend %j goes to %s', (backend, target) => {
    expect(scheduleOf({ backend }).target).toBe(target);
    expect(scheduleOf({ backend: { s3: { bucket: 'other' } }, backup: { backend } }).target).toBe(target || 's3:other');
  });
});

test('a snapshot of K8up becomes a fact of its claim; one of a command is of none', () => {
  expect(k8upSnapshotFact(rawK8upSnapshot, 'k8up-snapshots')).toMatchObject({
    ...{ takenAt: atMs, claim: 'gitea-data', repository: 's3:https://s3.example/k8up' },
  });
  const spec = { date: 'yesterday', paths: ['/git-postgres.sql'] };
  expect(k8upSnapshotFact({ metadata, spec }, 's')).toMatchObject({ takenAt: null, claim: '', repository: '' });
});

describe('a source of VolSync', () => {
  const keepsOf = (spec: object) => volSyncSourceFact({ metadata, spec }, 's')?.keeps;

  test('becomes a fact with what it does and what its mover said last', () => {
    expect(volSyncSourceFact(rawVolSyncSource, 'volsync-sources')).toEqual({
      ...{ key: 'git/gitea-data', uid: 'uid-gitea-data', source: 'volsync-sources', namespace: 'git' },
      ...{ name: 'gitea-data', claim: 'gitea-data', cron: '0 */6 * * *', paused: false, mover: 'restic', keeps: 6 },
      ...{ lastSyncAt: atMs, syncStartedAt: laterMs, lastDurationMs: 65_300 },
      ...{ nextSyncAt: Date.parse('2026-11-21T06:00:00Z'), result: 'Failed', doing: 'SyncInProgress' },
      logs: 'repository 0a1b2c3d opened\nFatal: unable to save snapshot: s3 PUT: no space left on device',
      ...{ doingSince: laterMs, message: 'Synchronization in-progress', createdAt: atMs },
    });
  });

  test('that never succeeded has neither a last nor a next time', () => {
    expect(volSyncSourceFact({ metadata, spec: { sourcePVC: 'a', rclone: {} } }, 's')).toMatchObject({
      ...{ lastSyncAt: null, nextSyncAt: null, mover: 'rclone', keeps: null, cron: '', doing: '', result: '' },
    });
  });

  test('keeps one alone without a policy, and nobody knows how many by age', () => {
    expect(keepsOf({ restic: {} })).toBe(1);
    expect(keepsOf({ restic: { retain: {} } })).toBe(1);
    expect(keepsOf({ restic: { retain: { last: '3', within: '3d' } } })).toBe(3);
    expect(keepsOf({ restic: { retain: { within: '3d' } } })).toBeNull();
  });

  test('shows no secret of its log, and only its last lines', () => {
    const logs = `${'a line that says nothing at all\n'.repeat(5_000)}AWS_SECRET_ACCESS_KEY=hunter2hunter2\nthe end`;
    const shown = volSyncSourceFact({ metadata, status: { latestMoverStatus: { logs } } }, 's')!.logs;
    expect(shown).toMatch(/=\*\*\*\nthe end$/);
    expect(shown.length).toBeLessThanOrEqual(1_000);
  });
});

test('a snapshot of a volume becomes a fact; one that failed has its words and no time', () => {
  expect(volumeSnapshotFact(rawVolumeSnapshot, 'volumesnapshots')).toMatchObject({
    ...{
      key: 'git/gitea-data-monday',
      claim: 'gitea-data',
      ready: true,
      error: '',
      takenAt: atMs,
      bytes: 10 * 2 ** 30,
    },
  });
  const status = { readyToUse: false, error: { message: 'https://anna:hunter2@nas.example is gone', time: at } };
  expect(volumeSnapshotFact({ metadata, status }, 's')).toMatchObject({
    ...{ ready: false, error: 'https://anna:***@nas.example is gone', takenAt: null, bytes: null },
  });
});

test("a snapshot of the cluster's database becomes a fact; one that failed has the time of its error", () => {
  expect(etcdSnapshotFact(rawEtcdSnapshot, 'etcdsnapshotfiles')).toEqual({
    ...{ key: 's3-etcd-snapshot-nuc0-1790856000-0a1b2c', uid: 'uid-s3-etcd-snapshot-nuc0-1790856000-0a1b2c' },
    ...{ source: 'etcdsnapshotfiles', name: 's3-etcd-snapshot-nuc0-1790856000-0a1b2c' },
    ...{ snapshot: 'etcd-snapshot-nuc0-1790856000', node: 'nuc0', ready: true, error: '' },
    ...{ location: 's3://k3s/etcd-snapshot-nuc0-1790856000', bytes: 25_165_856, takenAt: atMs },
  });
  const status = { error: { message: 'bucket is gone', time: later } };
  expect(etcdSnapshotFact({ metadata, status }, 's')).toMatchObject({
    ...{ ready: null, error: 'bucket is gone', takenAt: laterMs, bytes: null },
  });
});

test.each([
  ['720h0m0s', 30 * day],
  ['1m5.3s', 65_300],
  ['1h', 3_600_000],
  ['250ms', 250],
  ['0s', 0],
  ['0', 0],
  ['-5m', null],
  ['5', null],
  ['5 m', null],
  ['99999999999999h', null],
  [60, null],
])('the duration %j is %j ms', (text, ms) => {
  expect(goDurationOf(text)).toBe(ms);
});

test.each([
  ['nfs://nas.example:/backups?nfsOptions=soft', 'nfs://nas.example:/backups'],
  ['s3://backups@us-east-1/longhorn', 's3://backups@us-east-1/longhorn'],
  ['s3://key:secret@us-east-1/longhorn', 's3://us-east-1/longhorn'],
  ['azblob://box@core.windows.net/', 'azblob://box@core.windows.net/'],
  ['cifs://anna:hunter2@nas.example/share', 'cifs://nas.example/share'],
  ['https://anna:hun/ter2@nas.example/share', 'https://nas.example/share'],
  ['https://nas.example:9000/a@b', 'https://nas.example:9000/a@b'],
  ['s3:https://key:secret@s3.example/b?x=secret#y', 's3:https://s3.example/b'],
  ['sftp:anna@nas.example:/srv', 'sftp:nas.example:/srv'],
  ['file:///var/lib/rancher/k3s', 'file:///var/lib/rancher/k3s'],
  ['', ''],
  [7, ''],
])('the target %j is shown as %j', (url, shown) => {
  expect(targetUrlOf(url)).toBe(shown);
});
