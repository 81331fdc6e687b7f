import { describe, expect, it } from 'vitest';
import { backupView, plansOf, runsOf } from '#server/checks/backup-view.ts';
import { aVeleroBackup, aVeleroLocation, aVeleroSchedule } from '../builders/backups.ts';
import { aSnapshot, type SnapshotParts } from '../builders/snapshot.ts';
import { aClaim } from '../builders/storage.ts';
import { day, hour, minute, noon } from '../builders/time.ts';

const claim = 'git/gitea-data';

function aNight(more: NonNullable<SnapshotParts['more']> = {}) {
  return aSnapshot({
    more: {
      persistentVolumeClaim: [aClaim(), aClaim({ namespace: 'web', name: 'files' })],
      veleroSchedule: [aVeleroSchedule()],
      veleroBackup: [aVeleroBackup()],
      veleroLocation: [aVeleroLocation()],
      ...more,
    },
  });
}

const covers = (part: object) =>
  backupView(aNight({ veleroSchedule: [aVeleroSchedule(part)] })).plans.flatMap((plan) => plan.covers);

describe('a schedule of Velero', () => {
  it('covers the claims of its namespaces', () => {
    const both = [claim, 'web/files'];
    expect(covers({ namespaces: ['*'] })).toEqual(both);
    expect(covers({ namespaces: [] })).toEqual(both);
    expect(covers({ namespaces: ['web', 'other'] })).toEqual(['web/files']);
    expect(covers({ namespaces: ['g*t'] })).toEqual([claim]);
    expect(covers({ namespaces: ['git*git'] })).toEqual([]);
    expect(covers({ leftOut: ['git'] })).toEqual(['web/files']);
    expect(covers({ selector: { app: 'gitea' }, namespaces: ['git'] })).toEqual([claim]);
  });

  it('covers nothing where it takes no data of volumes', () => {
    expect(covers({ volumes: 'none' })).toEqual([]);
    expect(covers({ volumes: 'files' })).toHaveLength(2);
  });

  it('is paused by its own field, and says how', () => {
    const [plan] = plansOf(claim, aNight());
    expect(plan).toMatchObject({
      ...{
        system: 'velero',
        key: 'velero/velero/nightly',
        paused: false,
        target: 'velero/velero/default',
        keeps: null,
      },
      subject: { kind: 'VeleroSchedule', namespace: 'velero', name: 'nightly' },
      ...{ lastGoodAt: null, lastFailure: null },
    });
    expect(plan?.pause.command).toBe(
      `kubectl -n velero patch schedules.velero.io nightly --type merge -p '{"spec":{"paused":true}}'`,
    );
    expect(backupView(aNight({ veleroSchedule: [aVeleroSchedule({ paused: true })] })).plans[0]?.paused).toBe(true);
  });

  it('has failed where Velero does not take it', () => {
    const refused = aVeleroSchedule({ phase: 'FailedValidation', problems: ['invalid schedule'] });
    expect(backupView(aNight({ veleroSchedule: [refused] })).plans[0]?.lastFailure).toEqual({
      ...{ at: null, why: 'invalid schedule' },
    });
  });

  it('goes to the location that is the default where it names none', () => {
    const locations = [aVeleroLocation({ name: 'a', isDefault: false }), aVeleroLocation({ name: 'b' })];
    const more = { veleroSchedule: [aVeleroSchedule({ location: '' })] };
    expect(backupView(aNight({ ...more, veleroLocation: locations })).plans[0]?.target).toBe('velero/velero/b');
    expect(backupView(aNight({ ...more, veleroLocation: [] })).plans[0]?.target).toBe('');
  });
});

describe('a backup of Velero', () => {
  it.each([
    ['Completed', 'good', ''],
    ['PartiallyFailed', 'partly', 'PartiallyFailed with 2 errors'],
    ['Failed', 'failed', 'Failed with 2 errors'],
    ['FailedValidation', 'failed', 'FailedValidation with 2 errors'],
    ['InProgress', 'running', ''],
    ['FinalizingPartiallyFailed', 'running', ''],
    ['', 'running', ''],
    ['Rewinding', 'unknown', 'Rewinding'],
  ])('that is "%s" is %s', (phase, result, why) => {
    const [run] = runsOf(claim, aNight({ veleroBackup: [aVeleroBackup({ phase, errors: 2 })] }));
    expect(run).toMatchObject({ result, why, at: noon - 10 * hour, bytes: null, plan: 'velero/velero/nightly' });
  });

  it('says why in its own words, and without a time has none', () => {
    const failed = aVeleroBackup({ phase: 'Failed', failure: 'bucket gone', startedAt: null, schedule: '' });
    expect(runsOf(claim, aNight({ veleroBackup: [failed] }))).toMatchObject([
      { why: 'bucket gone', at: null, plan: '', result: 'failed' },
    ]);
  });

  it('is left out while it is deleted, and of no claim where it takes no data', () => {
    const some = [aVeleroBackup({ phase: 'Deleting' }), aVeleroBackup({ name: 'config', volumes: 'none' })];
    expect(backupView(aNight({ veleroBackup: some })).runs).toMatchObject([{ covers: [] }]);
  });
});

describe('a storage location of Velero', () => {
  const target = (part: object) => backupView(aNight({ veleroLocation: [aVeleroLocation(part)] })).targets[0];

  it('is available as it says, with its bucket', () => {
    expect(target({})).toMatchObject({ available: true, url: 'https://s3.example/backups', why: '' });
    expect(target({ phase: 'Unavailable', message: 'no such host' })).toMatchObject({
      ...{ available: false, why: 'no such host' },
    });
    expect(target({ url: '' })).toMatchObject({ url: 'aws:backups' });
  });

  it('is unknown with another word, and where that was said long ago', () => {
    expect(target({ phase: 'Weird' })).toMatchObject({ available: null, why: 'Weird' });
    expect(target({ validatedAt: noon - 3 * day })).toMatchObject({ available: null, checkedAt: noon - 3 * day });
    expect(target({ validatedAt: noon - 10 * minute })).toMatchObject({ available: true });
    expect(target({ validatedAt: noon - 2 * hour, validatedEveryMs: hour })).toMatchObject({ available: true });
    expect(target({ validatedAt: noon - 3 * day, validatedEveryMs: 0 })).toMatchObject({ available: true });
  });
});
