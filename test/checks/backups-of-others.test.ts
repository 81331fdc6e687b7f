import { describe, expect, it } from 'vitest';
import { pauseStepsOf } from '#server/checks/backup-pause.ts';
import { backupView, plansOf } from '#server/checks/backup-view.ts';
import { seemingBackups } from '#server/checks/backups-of-cronjobs.ts';
import {
  aCronJob,
  aLonghornRecurringJob,
  aLonghornVolume,
  anEtcdSnapshot,
  aVeleroSchedule,
  aVolumeSnapshot,
} from '../builders/backups.ts';
import { aSnapshot, type SnapshotParts } from '../builders/snapshot.ts';
import { aClaim } from '../builders/storage.ts';
import { day, hour, minute, noon } from '../builders/time.ts';

const claim = 'git/gitea-data';
const aSeen = (more: NonNullable<SnapshotParts['more']>) =>
  aSnapshot({ more: { persistentVolumeClaim: [aClaim()], ...more } });

function aTemplate(image: string, what = 'gitea-data') {
  return {
    ...{ labels: {}, pinned: false, volumes: [{ name: 'data', is: 'claim' as const, what }] },
    containers: [{ name: 'main', image, variables: [], mounts: [] }],
  };
}

describe('VolumeSnapshots', () => {
  const run = (part: object) => backupView(aSeen({ volumeSnapshot: [aVolumeSnapshot(part)] })).runs[0];

  it('are runs without a plan, and without a size: theirs is that of the volume', () => {
    expect(run({})).toMatchObject({ covers: [claim], result: 'good', at: noon - 10 * hour, bytes: null, plan: '' });
    expect(run({ ready: false, error: 'no class' })).toMatchObject({ result: 'failed', why: 'no class' });
    expect(run({ ready: null })).toMatchObject({ result: 'running' });
    expect(run({ claim: '' })).toBeUndefined();
    expect(backupView(aSeen({ volumeSnapshot: [aVolumeSnapshot()] })).plans).toEqual([]);
  });
});

describe('the database of the cluster itself', () => {
  it('has runs and places, on the disk of its own node or elsewhere', () => {
    const { runs, targets, systems } = backupView(
      aSeen({ etcdSnapshot: [anEtcdSnapshot(), anEtcdSnapshot({ name: 's3', location: 's3://bucket/dir/file' })] }),
    );
    expect(runs).toMatchObject([
      { covers: ['etcd'], result: 'good', at: noon, bytes: 25_000_000 },
      { covers: ['etcd'], result: 'good' },
    ]);
    expect(targets.map(({ url }) => url)).toEqual(['file://nuc0', 's3://bucket']);
    expect(systems).toContain('etcd');
  });

  it('is told to have failed with the error, and is unknown without a word', () => {
    const result = (part: object) => backupView(aSeen({ etcdSnapshot: [anEtcdSnapshot(part)] })).runs[0];
    expect(result({ ready: false, error: 'disk full' })).toMatchObject({
      result: 'failed',
      why: 'disk full',
      bytes: null,
    });
    expect(result({ ready: false })).toMatchObject({ result: 'running' });
    expect(result({ ready: null })).toMatchObject({ result: 'unknown' });
  });
});

describe('a CronJob that says what it makes backups of', () => {
  const says = { backupOf: [claim] };

  it('is a plan, and its last success a run', () => {
    const { plans, runs, systems } = backupView(aSeen({ cronJob: [aCronJob(says)] }));
    expect(plans).toMatchObject([
      {
        system: 'cronjob',
        covers: [claim],
        paused: false,
        lastGoodAt: noon - 10 * hour + 5 * minute,
        lastFailure: null,
      },
    ]);
    expect(runs).toMatchObject([{ result: 'good', at: noon - 10 * hour + 5 * minute, bytes: null }]);
    expect(systems).toContain('cronjob');
    expect(plans[0]?.pause.command).toBe(
      `kubectl -n git patch cronjobs.batch gitea-dump --type merge -p '{"spec":{"suspend":true}}'`,
    );
  });

  it('is paused while it is suspended, and has failed where it began and did not succeed', () => {
    const failed = aCronJob({ ...says, lastScheduledAt: noon - hour, lastSuccessAt: noon - day, suspended: true });
    const { plans, runs } = backupView(aSeen({ cronJob: [failed] }));
    expect(plans).toMatchObject([{ paused: true, lastFailure: { at: noon - hour } }]);
    expect(runs.map(({ result }) => result)).toEqual(['good', 'failed']);
    const never = aCronJob({ ...says, lastScheduledAt: noon - hour, lastSuccessAt: null });
    expect(backupView(aSeen({ cronJob: [never] })).plans).toMatchObject([{ lastGoodAt: null, lastFailure: {} }]);
    const runs2 = backupView(aSeen({ cronJob: [{ ...never, active: 1 }] })).runs;
    expect(runs2.map(({ result }) => result)).toEqual(['running']);
  });

  it('is no system where none says so', () => {
    const { plans, systems } = backupView(aSeen({ cronJob: [aCronJob()] }));
    expect([plans, systems.includes('cronjob')]).toEqual([[], false]);
  });
});

describe('a CronJob that looks as if it made backups', () => {
  const seeming = (part: object) => seemingBackups(claim, aSeen({ cronJob: [aCronJob(part)] })).length;

  it('does by its name or its image, and mounts the claim', () => {
    expect(seeming({ template: aTemplate('restic/restic:0.17') })).toBe(1);
    expect(seeming({ name: 'gitea-backup', template: aTemplate('alpine') })).toBe(1);
    expect(seeming({ name: 'clean-up', template: aTemplate('alpine') })).toBe(0);
    expect(seeming({ template: aTemplate('restic/restic', 'other') })).toBe(0);
    expect(seeming({ template: null })).toBe(0);
    expect(seeming({ template: aTemplate('restic/restic'), longhornJob: 'nightly' })).toBe(0);
  });

  it('covers nothing', () => {
    expect(plansOf(claim, aSeen({ cronJob: [aCronJob({ template: aTemplate('restic/restic') })] }))).toEqual([]);
  });
});

describe('the steps that stop what would overwrite the good backups', () => {
  const longhorn = { longhornVolume: [aLonghornVolume()], longhornRecurringJob: [aLonghornRecurringJob()] };
  const commands = (more: NonNullable<SnapshotParts['more']>) =>
    pauseStepsOf(claim, aSeen(more)).map((step) => step.command);

  it('take the Longhorn volume alone out of the job first, then stop the job', () => {
    expect(commands(longhorn)).toEqual([
      'kubectl -n longhorn-system label --overwrite volumes.longhorn.io pvc-gitea-data recurring-job-group.longhorn.io/paused=enabled recurring-job-group.longhorn.io/default-',
      `kubectl -n longhorn-system patch cronjobs.batch nightly --type merge -p '{"spec":{"suspend":true}}'`,
    ]);
  });

  it('label the claim where Longhorn takes its labels from there, and take off the job by name', () => {
    const labels = { 'recurring-job.longhorn.io/source': 'enabled' };
    const [first] = commands({
      ...longhorn,
      persistentVolumeClaim: [aClaim({ labels })],
      longhornVolume: [aLonghornVolume({ jobs: ['nightly', 'trim'], groups: [] })],
    });
    expect(first).toBe(
      'kubectl -n git label --overwrite persistentvolumeclaims gitea-data recurring-job-group.longhorn.io/paused=enabled recurring-job.longhorn.io/nightly- recurring-job-group.longhorn.io/default-',
    );
  });

  it('leave out what is paused, and end with what only looks like a backup', () => {
    const more = {
      ...longhorn,
      veleroSchedule: [aVeleroSchedule(), aVeleroSchedule({ name: 'off', paused: true })],
      cronJob: [
        aCronJob({ namespace: 'longhorn-system', name: 'nightly', longhornJob: 'nightly', suspended: true }),
        aCronJob({ template: aTemplate('restic/restic') }),
      ],
    };
    expect(pauseStepsOf(claim, aSeen(more)).map(({ say }) => say)).toEqual([
      "Pause Velero's schedule nightly before it runs again",
      'Suspend the CronJob gitea-dump before it runs again: it mounts this volume, and may back it up',
    ]);
  });

  it('are none where nothing makes backups', () => {
    expect(commands({})).toEqual([]);
    expect(pauseStepsOf('git/unknown', aSeen(longhorn))).toEqual([]);
  });
});
