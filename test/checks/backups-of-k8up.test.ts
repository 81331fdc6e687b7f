import { describe, expect, it } from 'vitest';
import { backupView, plansOf, runsOf } from '#server/checks/backup-view.ts';
import { aK8upBackup, aK8upSchedule, aK8upSnapshot } from '../builders/backups.ts';
import { aPod } from '../builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '../builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '../builders/storage.ts';
import { hour, noon } from '../builders/time.ts';

const claim = 'git/gitea-data';

function aNight(
  more: NonNullable<SnapshotParts['more']> = {},
  pods = [aPod({ namespace: 'git', claims: ['gitea-data'] })],
) {
  return aSnapshot({
    pods,
    more: {
      persistentVolumeClaim: [aClaim(), aClaim({ namespace: 'web', name: 'files' })],
      persistentVolume: [aPersistentVolume()],
      k8upSchedule: [aK8upSchedule()],
      k8upBackup: [aK8upBackup()],
      k8upSnapshot: [aK8upSnapshot()],
      ...more,
    },
  });
}

describe('a schedule of K8up', () => {
  const covers = (part: object, pods?: ReturnType<typeof aPod>[]) =>
    backupView(aNight({ persistentVolumeClaim: [aClaim(part)] }, pods)).plans.flatMap((plan) => plan.covers);

  it('covers the bound claims of its namespace that a pod mounts, or that many may write', () => {
    expect(covers({})).toEqual([claim]);
    expect(covers({ phase: 'Pending' })).toEqual([]);
    expect(covers({ namespace: 'web' })).toEqual([]);
    expect(covers({}, [])).toEqual([]);
    expect(covers({ accessModes: ['ReadWriteMany'] }, [])).toEqual([claim]);
    expect(covers({ accessModes: ['ReadWriteOncePod'] })).toEqual([]);
  });

  it('covers one that nobody mounts where its volume says on which node it is', () => {
    const local = aNight({ persistentVolume: [aPersistentVolume({ nodes: ['nuc0'] })] }, []);
    expect(plansOf(claim, local)).toHaveLength(1);
  });

  it('leaves out what says so', () => {
    expect(covers({ labels: { 'k8up.io/backup': 'false' } })).toEqual([]);
    expect(covers({ labels: { 'k8up.io/backup': 'no' } })).toEqual([]);
    expect(covers({ labels: { 'k8up.io/backup': 'true' }, accessModes: ['ReadWriteOncePod'] })).toEqual([claim]);
  });

  it('is stopped by a day that never comes, and then counts as paused', () => {
    const [plan] = plansOf(claim, aNight());
    expect(plan).toMatchObject({ key: 'k8up/git/nightly', paused: false, keeps: 7, run: null });
    expect(plan?.pause.command).toBe(
      `kubectl -n git patch schedules.k8up.io nightly --type merge -p '{"spec":{"backup":{"schedule":"0 0 31 2 *"}}}'`,
    );
    expect(plan?.pause.say).toContain('"0 2 * * *"');
    const stopped = aNight({ k8upSchedule: [aK8upSchedule({ cron: '0 0 31 2 *' })] });
    expect(plansOf(claim, stopped)).toMatchObject([{ paused: true }]);
  });

  it('that only prunes is none', () => {
    expect(backupView(aNight({ k8upSchedule: [aK8upSchedule({ cron: '' })] })).plans).toEqual([]);
  });

  it('names its backend once, of which nobody says whether it can be reached', () => {
    const two = aNight({ k8upSchedule: [aK8upSchedule(), aK8upSchedule({ name: 'weekly' })] });
    expect(backupView(two).targets).toMatchObject([{ url: 's3:https://s3.example/backups', available: null }]);
    expect(backupView(two).targets[0]?.key).toBe(backupView(two).plans[0]?.target);
  });
});

describe('runs of K8up', () => {
  it('are good by their snapshots alone, without a size', () => {
    expect(runsOf(claim, aNight())).toMatchObject([
      {
        subject: { kind: 'K8upSnapshot' },
        result: 'good',
        at: noon - 10 * hour,
        bytes: null,
        plan: 'k8up/git/nightly',
      },
    ]);
    const two = aNight({ k8upSchedule: [aK8upSchedule(), aK8upSchedule({ name: 'weekly' })] });
    expect(runsOf(claim, two)).toMatchObject([{ plan: '' }]);
  });

  it('have failed for all claims of the namespace where the backup did', () => {
    const failed = aNight({
      k8upSnapshot: [],
      k8upBackup: [aK8upBackup({ result: 'failed', message: 'no repository' })],
    });
    expect(backupView(failed).runs).toMatchObject([
      { covers: [claim], result: 'failed', why: 'no repository', plan: 'k8up/git/nightly', at: noon - 10 * hour },
    ]);
    const odd = aNight({ k8upSnapshot: [], k8upBackup: [aK8upBackup({ result: 'unknown', message: 'Pondering' })] });
    expect(backupView(odd).runs).toMatchObject([{ result: 'unknown', why: 'Pondering' }]);
  });

  it('of what is no claim are left out', () => {
    expect(backupView(aNight({ k8upSnapshot: [aK8upSnapshot({ claim: '' })] })).runs).toEqual([]);
  });
});
