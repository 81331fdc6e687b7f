import { describe, expect, it } from 'vitest';
import { backupView, plansOf, runsOf } from '#server/checks/backup-view.ts';
import {
  aCronJob,
  aLonghornBackup,
  aLonghornBackupTarget,
  aLonghornBackupVolume,
  aLonghornRecurringJob,
  aLonghornVolume,
} from '../builders/backups.ts';
import { aSnapshot, type SnapshotParts } from '../builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '../builders/storage.ts';
import { day, hour, minute, noon } from '../builders/time.ts';

type More = NonNullable<SnapshotParts['more']>;

/** The claim git/gitea-data with its volume, the job nightly, its backup of last night, and the target. */
function aNight(more: More = {}) {
  return aSnapshot({
    more: {
      persistentVolumeClaim: [aClaim()],
      persistentVolume: [aPersistentVolume()],
      longhornVolume: [aLonghornVolume()],
      longhornRecurringJob: [aLonghornRecurringJob()],
      longhornBackup: [aLonghornBackup()],
      longhornBackupTarget: [aLonghornBackupTarget()],
      ...more,
    },
  });
}

const claim = 'git/gitea-data';
const covers = (more: More) => backupView(aNight(more)).plans.flatMap((plan) => plan.covers);

describe('what Longhorn backs up', () => {
  it('is planned by a recurring job, for the claims of the volumes that it takes', () => {
    const [plan] = backupView(aNight()).plans;
    expect(plan).toMatchObject({
      ...{ system: 'longhorn', key: 'longhorn/longhorn-system/nightly', covers: [claim], skips: [], keeps: 7 },
      subject: { kind: 'RecurringJob', namespace: 'longhorn-system', name: 'nightly' },
      ...{ cron: '0 2 * * *', timeZone: null, paused: false, target: 'longhorn/longhorn-system/default' },
      ...{ lastGoodAt: null, lastFailure: null },
    });
    expect(plansOf(claim, aNight())).toEqual([plan]);
  });

  it('is taken by a job that its labels name, or by a group of it, and in no other', () => {
    const named = (part: object) => covers({ longhornVolume: [aLonghornVolume(part)] });
    expect(named({ jobs: ['nightly'], groups: [] })).toEqual([claim]);
    expect(named({ jobs: [], groups: [] })).toEqual([claim]);
    expect(named({ jobs: ['weekly'], groups: [] })).toEqual([]);
    expect(named({ jobs: [], groups: ['paused'] })).toEqual([]);
    expect(named({ namespace: 'other' })).toEqual([]);
    expect(
      covers({ longhornRecurringJob: [aLonghornRecurringJob({ groups: [] })], longhornVolume: [aLonghornVolume()] }),
    ).toEqual([]);
  });

  it('is not planned by jobs that make snapshots, trim, or save what Longhorn itself has', () => {
    const tasks = ['snapshot', 'filesystem-trim', 'system-backup', 'snapshot-delete', ''];
    expect(covers({ longhornRecurringJob: tasks.map((task) => aLonghornRecurringJob({ name: task, task })) })).toEqual(
      [],
    );
    expect(covers({ longhornRecurringJob: [aLonghornRecurringJob({ task: 'backup-force-create' })] })).toEqual([claim]);
  });

  it('is of the claim that has the volume now: of a past one only if that claim says so itself', () => {
    const past = aLonghornVolume({ claim: { namespace: 'git', name: 'gitea-data', isPast: true } });
    expect(covers({ longhornVolume: [past] })).toEqual([claim]);
    const made = aClaim({ volume: 'pvc-another' });
    expect(covers({ longhornVolume: [past], persistentVolumeClaim: [made], persistentVolume: [] })).toEqual([]);
    expect(covers({ persistentVolumeClaim: [made], persistentVolume: [] })).toEqual([]);
    expect(covers({ persistentVolumeClaim: [] })).toEqual([]);
  });

  it('is known by the PersistentVolume where Longhorn has not said whose it is', () => {
    expect(covers({ longhornVolume: [aLonghornVolume({ claim: null })] })).toEqual([claim]);
    expect(covers({ longhornVolume: [aLonghornVolume({ claim: null })], persistentVolume: [] })).toEqual([]);
  });

  it('passes over a volume that is detached', () => {
    const [plan] = backupView(aNight({ longhornVolume: [aLonghornVolume({ state: 'detached' })] })).plans;
    expect(plan).toMatchObject({ covers: [claim], skips: [claim] });
  });

  it('goes to one target, or is not told where volumes of a job differ', () => {
    const two = {
      persistentVolumeClaim: [aClaim(), aClaim({ name: 'other' })],
      longhornVolume: [
        aLonghornVolume(),
        aLonghornVolume({
          ...{ name: 'pvc-other', claim: { namespace: 'git', name: 'other', isPast: false }, backupTarget: 'offsite' },
        }),
      ],
    };
    expect(backupView(aNight(two)).plans[0]).toMatchObject({ target: '' });
  });

  it('is paused by its CronJob, and by a time that never comes', () => {
    const cronJob = aCronJob({ namespace: 'longhorn-system', name: 'nightly', longhornJob: 'nightly' });
    const paused = (more: More) => backupView(aNight(more)).plans[0]?.paused;
    expect(paused({ cronJob: [cronJob] })).toBe(false);
    expect(paused({ cronJob: [{ ...cronJob, suspended: true }] })).toBe(true);
    expect(paused({ cronJob: [{ ...cronJob, suspended: true, longhornJob: '' }] })).toBe(false);
    expect(paused({ longhornRecurringJob: [aLonghornRecurringJob({ cron: '0 0 31 2 *' })] })).toBe(true);
  });

  it('has failed where its CronJob began and did not succeed, after ten minutes', () => {
    const cronJob = (begunAgo: number, active = 0) =>
      aCronJob({
        ...{ namespace: 'longhorn-system', name: 'nightly', longhornJob: 'nightly', active },
        ...{ lastScheduledAt: noon - begunAgo, lastSuccessAt: noon - day },
      });
    const failure = (more: More) => backupView(aNight(more)).plans[0]?.lastFailure;
    expect(failure({ cronJob: [cronJob(hour)] })).toEqual({ at: noon - hour, why: 'its job did not end well' });
    expect(failure({ cronJob: [cronJob(5 * minute)] })).toBeNull();
    expect(failure({ cronJob: [cronJob(hour, 1)] })).toBeNull();
  });

  it('says how to stop it and how to run it', () => {
    const [plan] = backupView(aNight()).plans;
    expect(plan?.pause.command).toBe(
      `kubectl -n longhorn-system patch cronjobs.batch nightly --type merge -p '{"spec":{"suspend":true}}'`,
    );
    expect(plan?.run?.command).toBe('kubectl -n longhorn-system create job nightly-now --from=cronjob/nightly');
  });
});

describe('runs of Longhorn', () => {
  it('have the time of the data, their size and the claim', () => {
    expect(runsOf(claim, aNight())).toEqual([
      {
        system: 'longhorn',
        subject: { kind: 'LonghornBackup', namespace: 'longhorn-system', name: 'backup-0a1b2c3d' },
        ...{ covers: [claim], plan: 'longhorn/longhorn-system/nightly', result: 'good' },
        ...{ at: noon - 10 * hour, bytes: 1_900_000_000, why: '' },
      },
    ]);
  });

  it.each([
    ['Completed', 'good', '', 1_900_000_000],
    ['Error', 'failed', 'no space left', null],
    ['InProgress', 'running', '', null],
    ['Pending', 'running', '', null],
    ['', 'running', '', null],
    ['Unknown', 'unknown', 'Unknown', null],
    ['constructor', 'unknown', 'constructor', null],
  ])('that are "%s" are %s', (state, result, why, bytes) => {
    const [run] = runsOf(claim, aNight({ longhornBackup: [aLonghornBackup({ state, error: 'no space left' })] }));
    expect(run).toMatchObject({ result, why, bytes });
  });

  it('are left out while they are deleted', () => {
    const more = { longhornBackup: [aLonghornBackup({ state: 'Deleting' })], longhornVolume: [] };
    expect(runsOf(claim, aNight(more))).toEqual([]);
  });

  it('are of the claim by their label where the volume is gone, and of nobody where nothing tells', () => {
    expect(runsOf(claim, aNight({ longhornVolume: [] }))).toHaveLength(1);
    const nobodys = aNight({ longhornVolume: [], longhornBackup: [aLonghornBackup({ claim: '', takenAt: null })] });
    expect(backupView(nobodys).runs).toMatchObject([{ covers: [], at: noon - 10 * hour + minute }]);
  });

  it('are told by the target where the object of the backup is not seen, without a size', () => {
    const told = aNight({ longhornBackup: [], longhornBackupVolume: [aLonghornBackupVolume()] });
    expect(runsOf(claim, told)).toMatchObject([
      { subject: { kind: 'BackupVolume' }, result: 'good', at: noon - 10 * hour, bytes: null },
    ]);
    expect(runsOf(claim, aNight({ longhornBackup: [] }))).toMatchObject([{ subject: { kind: 'LonghornVolume' } }]);
    expect(runsOf(claim, aNight({ longhornBackupVolume: [aLonghornBackupVolume()] }))).toHaveLength(1);
  });
});

describe('the targets of Longhorn', () => {
  it('are available as they say, and unknown after a day without a word', () => {
    const target = (part: object) =>
      backupView(aNight({ longhornBackupTarget: [aLonghornBackupTarget(part)] })).targets;
    expect(target({})).toMatchObject([
      { key: 'longhorn/longhorn-system/default', url: 'nfs://nas.example:/backups', available: true, why: '' },
    ]);
    expect(target({ available: false, message: 'no route' })).toMatchObject([{ available: false, why: 'no route' }]);
    expect(target({ syncedAt: noon - 2 * day })).toMatchObject([{ available: null }]);
    expect(target({ url: '', available: false, message: 'x' })).toMatchObject([{ url: '', available: null, why: '' }]);
  });
});

describe('a volume that asks for a job that there is not', () => {
  it('is named, but for the group default, which Longhorn itself gives', () => {
    const asks = (part: object) => backupView(aNight({ longhornVolume: [aLonghornVolume(part)] })).asksInVain;
    expect(asks({ jobs: ['nigthly'], groups: ['db'] })).toEqual([
      { system: 'longhorn', covered: claim, names: ['nigthly', 'db'] },
    ]);
    expect(asks({ jobs: ['nightly'], groups: [] })).toEqual([]);
    expect(asks({ jobs: [], groups: ['paused'] })).toEqual([]);
    expect(backupView(aNight({ longhornRecurringJob: [] })).asksInVain).toEqual([]);
  });
});

describe('the view', () => {
  it('knows which systems are installed', () => {
    expect(backupView(aNight()).systems).toEqual(['longhorn', 'velero', 'k8up', 'volsync']);
    const absent = Object.fromEntries(
      [
        'velero-schedules',
        'velero-backups',
        'velero-locations',
        'k8up-schedules',
        'k8up-backups',
        'k8up-snapshots',
      ].map((name) => [name, { state: 'absent' as const }]),
    );
    const sources = { ...absent, 'volsync-sources': { state: 'forbidden' as const, freshAt: null } };
    expect(backupView(aSnapshot({ sources })).systems).toEqual(['longhorn']);
  });

  it('is worked out once a snapshot', () => {
    const snapshot = aNight();
    expect(backupView(snapshot)).toBe(backupView(snapshot));
  });

  it('is the very same a second later, if nothing of it has changed', () => {
    const snapshot = aNight();
    const later = { ...snapshot, now: noon + 1_000 };
    expect(backupView(later)).toBe(backupView(snapshot));
    const muchLater = { ...snapshot, now: noon + 2 * day };
    expect(backupView(muchLater).targets).toMatchObject([{ available: null }]);
  });
});
