import { describe, expect, test } from 'vitest';
import tooOld from '#server/checks/backups/too-old.ts';
import type { LonghornBackupFact } from '#server/facts/longhorn-backup.ts';
import type { LonghornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import {
  aCronJob,
  aLonghornRecurringJob,
  aLonghornVolume,
  aVeleroSchedule,
  aVolSyncSource,
} from '#test/builders/backups.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed, remembered } from './house.ts';

const gitea = 'git/gitea-data';
/** Due each night at 02:00, judged at noon: a backup of last night is 10 h old. */
const house = (longhornBackup: LonghornBackupFact[], job: Partial<LonghornRecurringJobFact> = {}, now = noon) =>
  aHouse([gitea], { longhornBackup, longhornRecurringJob: [aLonghornRecurringJob(job)] }, { now });
const levelAt = (now: number, backups = [aBackupOf(gitea, 10)], job = {}) =>
  theVerdict(tooOld, house(backups, job, now)).level;
const seen = (at: number, key = 'longhorn/longhorn-system/nightly') => new Map([[key, { seenAt: at }]]);

describe('the newest backup of a volume', () => {
  test('is fine until it is one and a half times as old as its schedule wants', () => {
    const verdict = theVerdict(tooOld, house([aBackupOf(gitea, 10)]));
    expect([verdict.level, sentence(verdict), verdict.key]).toEqual([
      ...['ok', 'gitea-data was backed up 10 h ago', 'longhorn'],
    ]);
    const late = noon - 10 * hour + 36 * hour + 10 * minute;
    expect([levelAt(late - 1), levelAt(late)]).toEqual(['ok', 'warn']);
  });

  test('is bad at three times', () => {
    const bad = noon - 10 * hour + 72 * hour + 10 * minute;
    expect([levelAt(bad - 1), levelAt(bad)]).toEqual(['warn', 'bad']);
    const verdict = theVerdict(tooOld, house([aBackupOf(gitea, 10)], {}, noon + 9 * day));
    expect(sentence(verdict, noon + 9 * day)).toBe('the last good backup of gitea-data is 9 days old');
    expect(evidenceOf(verdict)).toContain('nightly of Longhorn should make one every 24 h');
    expect(commandsOf(verdict)).toContain('kubectl -n longhorn-system create job nightly-now --from=cronjob/nightly');
    expect(verdict.startedAt).toBe(noon - 10 * hour + 36 * hour);
  });

  test('is not to be made while a volume of its plan has lost its data: that would be the end of the last good copy', () => {
    const emptied = new Map([[gitea, { loss: { confirmedAt: noon, quiet: false } }]]);
    const at = noon + 9 * day;
    const of = (memories: Record<string, ReadonlyMap<string, unknown>>) =>
      theVerdict(tooOld, house([aBackupOf(gitea, 10)], {}, at), { memories }).steps!.map(({ say }) => say);
    expect(of({}).at(-1)).toMatch(/^Run nightly now/);
    expect(of({ 'storage/volume-emptied': emptied }).join()).not.toMatch(/Run nightly now/);
    expect(of({ 'storage/volume-emptied': emptied }).at(-1)).toMatch(/^Make no backup now: gitea-data lost data/);
  });

  test('is judged by the days that are due, where a schedule rests at weekends', () => {
    // Thursday 1 October 2026; due at 22:00 from Monday to Friday.
    const friday = Date.UTC(2026, 9, 2, 22, 5);
    const backups = [aBackupOf(gitea, (noon - friday) / hour)];
    const job = { cron: '0 22 * * 1-5' };
    const monday = Date.UTC(2026, 9, 5, 22);
    expect(levelAt(monday + 11 * hour, backups, job)).toBe('ok');
    expect(levelAt(monday + 13 * hour, backups, job)).toBe('warn');
    expect(levelAt(monday + 49 * hour, backups, job)).toBe('bad');
  });

  test('is not late since somebody made one just before it was due', () => {
    // Made at 01:00, due at 02:00: what is missed then is a day and a half old only the next day.
    const backups = [aBackupOf(gitea, 11)];
    expect(levelAt(noon - 11 * hour + 35 * hour, backups)).toBe('ok');
    expect(levelAt(noon - 11 * hour + 37 * hour, backups)).toBe('warn');
  });

  test('counts failed ones and running ones for nothing', () => {
    const backups = [
      ...[aBackupOf(gitea, 10 + 72), aBackupOf(gitea, 10, { state: 'Error' })],
      ...[aBackupOf(gitea, 34, { state: 'InProgress' }), aBackupOf(gitea, 9, { state: 'Odd' })],
    ];
    expect(levelAt(noon, backups)).toBe('bad');
  });

  test('is remembered after its object is gone', () => {
    const memory = remembered([house([aBackupOf(gitea, 34)])]);
    const verdict = theVerdict(tooOld, house([]), {
      memories: { 'backups/shrank': memory },
      memory: seen(noon - 90 * day),
    });
    expect(sentence(verdict)).toBe('gitea-data was backed up 34 h ago');
  });

  test('that there never was is told, from when the plan was first seen', () => {
    const never = (since: number) => theVerdict(tooOld, house([]), { memory: seen(noon - since) });
    expect([never(hour).level, sentence(never(hour))]).toEqual([
      ...['ok', 'a first backup of gitea-data is not due yet'],
    ]);
    expect(never(2 * day).level).toBe('warn');
    expect([never(4 * day).level, sentence(never(4 * day))]).toEqual([
      ...['bad', 'gitea-data has never been backed up by nightly, in 4 days'],
    ]);
    const young = aHouse([gitea], { persistentVolumeClaim: [aClaim({ createdAt: noon - hour })] });
    expect(theVerdict(tooOld, young, { memory: seen(noon - 30 * day) }).level).toBe('ok');
  });

  test('without a time is unknown, not fine', () => {
    const verdict = theVerdict(tooOld, house([aBackupOf(gitea, 1, { takenAt: null, createdAt: null })]));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['unknown', 'when gitea-data was last backed up is not known'],
    ]);
  });

  test('of a schedule that is not understood is unknown, with the schedule', () => {
    const verdict = theVerdict(tooOld, house([aBackupOf(gitea, 1)], { cron: 'every full moon' }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'unknown',
      'whether the backup of gitea-data is too old is not known: the schedule "every full moon" is not understood',
    ]);
  });

  test('that nobody mounts is passed over by Longhorn: a notice', () => {
    const longhornVolume = [
      aLonghornVolume({ state: 'detached', robustness: 'unknown', lastBackup: '', lastBackupAt: null }),
    ];
    const snapshot = aHouse([gitea], { longhornVolume, longhornBackup: [aBackupOf(gitea, 24 * 20)] });
    const verdict = theVerdict(tooOld, snapshot);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'notice',
      'gitea-data is not mounted, so nightly passes it over: its last backup is 20 days old',
    ]);
  });

  test('is not judged where it is excluded, or where no plan comes again', () => {
    const claim = aClaim({ wish: { ...noStorageWish, noBackup: true } });
    expect(judged(tooOld, aHouse([gitea], { persistentVolumeClaim: [claim] }))).toEqual([]);
    const byHand = [aVolSyncSource({ namespace: 'git', claim: 'gitea-data', cron: '', lastSyncAt: noon - 90 * day })];
    const parts = { persistentVolumeClaim: [aClaim()], volSyncSource: byHand };
    expect(judged(tooOld, aSnapshot({ sources: installed('volsync'), more: parts }))).toEqual([]);
  });
});

describe('several plans', () => {
  test('of one system: the one that comes most often counts', () => {
    const longhornRecurringJob = [
      aLonghornRecurringJob({ name: 'weekly', cron: '0 3 * * 0' }),
      aLonghornRecurringJob(),
    ];
    const snapshot = aHouse([gitea], { longhornRecurringJob, longhornBackup: [aBackupOf(gitea, 58)] });
    const verdict = theVerdict(tooOld, snapshot);
    expect([verdict.level, evidenceOf(verdict)[0]]).toEqual([
      ...['warn', 'nightly of Longhorn should make one every 24 h'],
    ]);
  });

  test('of two systems are judged each for itself', () => {
    const cronJob = [aCronJob({ backupOf: [gitea], lastSuccessAt: noon - 9 * day, lastScheduledAt: noon - 9 * day })];
    const verdicts = judged(tooOld, aHouse([gitea], { cronJob, longhornBackup: [aBackupOf(gitea, 10)] }));
    expect(verdicts.map(({ key, level }) => [key, level])).toEqual([
      ['longhorn', 'ok'],
      ['cronjob', 'bad'],
    ]);
  });

  test('of which one is paused: the other counts, and where all are, they do', () => {
    const paused = aCronJob({ namespace: 'longhorn-system', name: 'nightly', longhornJob: 'nightly', suspended: true });
    const old = [aBackupOf(gitea, 24 * 9)];
    const alone = aHouse([gitea], { cronJob: [paused], longhornBackup: old });
    expect(theVerdict(tooOld, alone).level).toBe('bad');
    const dump = aCronJob({ backupOf: [gitea] });
    const both = aHouse([gitea], { cronJob: [paused, dump], longhornBackup: old });
    expect(judged(tooOld, both).map(({ key, level }) => [key, level])).toEqual([['cronjob', 'ok']]);
  });
});

describe('a plan of several volumes', () => {
  const keys = [gitea, 'media/photos', 'db/pg'];

  test('tells for itself, and explains why all of them are late', () => {
    const longhornBackup = keys.map((key) => aBackupOf(key, 24 * 9));
    const snapshot = aHouse(keys, { longhornBackup });
    const verdicts = judged(tooOld, snapshot);
    const plan = verdicts.at(-1)!;
    expect([plan.level, sentence(plan), plan.subject.kind]).toEqual([
      ...['bad', 'nightly has made no good backup for 9 days', 'RecurringJob'],
    ]);
    for (const claim of verdicts.slice(0, 3)) {
      expect(claim.level).toBe('bad');
      expect(explains(tooOld, plan, anEffect('backups/too-old', claim), snapshot)).toBe(true);
      expect(explains(tooOld, claim, anEffect('backups/too-old', plan), snapshot)).toBe(false);
    }
  });

  test('is fine while any of them is made: the others tell for themselves', () => {
    const longhornBackup = [aBackupOf(gitea, 10), aBackupOf('media/photos', 24 * 9), aBackupOf('db/pg', 10)];
    const levels = judged(tooOld, aHouse(keys, { longhornBackup })).map(({ level, subject }) => [subject.name, level]);
    expect(levels).toEqual([
      ...[
        ['gitea-data', 'ok'],
        ['photos', 'bad'],
        ['pg', 'ok'],
        ['nightly', 'ok'],
      ],
    ]);
  });

  test('that covers no claim is judged by its own runs', () => {
    const veleroSchedule = [aVeleroSchedule({ volumes: 'none', createdAt: noon - 10 * day })];
    const verdict = theVerdict(tooOld, aSnapshot({ sources: installed('velero'), more: { veleroSchedule } }));
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'nightly has never made a good backup, in 10 days']);
  });
});

test('when a plan was first seen is remembered, and a clock that was set back does not hold it in the future', () => {
  const { remember, subjects } = tooOld.remembers!;
  const snapshot = house([]);
  expect([...subjects(snapshot)]).toEqual(['longhorn/longhorn-system/nightly']);
  const first = remember(undefined, 'x', snapshot, 0);
  expect(first).toEqual({ seenAt: noon });
  expect(remember(first, 'x', house([], {}, noon + day), 0)).toBe(first);
  expect(remember({ seenAt: noon + day }, 'x', snapshot, 0)).toEqual({ seenAt: noon });
});
