import { describe, expect, test } from 'vitest';
import schedulePaused from '#server/checks/backups/schedule-paused.ts';
import shrank from '#server/checks/backups/shrank.ts';
import tooOld from '#server/checks/backups/too-old.ts';
import type { BackupMemory } from '#server/checks/backup-memory.ts';
import { aCronJob, aK8upSchedule, aLonghornRecurringJob, aVolSyncSource } from '#test/builders/backups.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { day, hour, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed, remembered } from './house.ts';

const gitea = 'git/gitea-data';
const suspended = aCronJob({ namespace: 'longhorn-system', name: 'nightly', longhornJob: 'nightly', suspended: true });
const pausedHouse = (more = {}) => aHouse([gitea], { cronJob: [suspended], ...more });
const since = (ms: number, key = 'longhorn/longhorn-system/nightly') => new Map([[key, { pausedAt: noon - ms }]]);

describe('a plan', () => {
  test('that is not paused is fine', () => {
    const verdict = theVerdict(schedulePaused, aHouse([gitea]));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'nightly is not paused']);
  });

  test('that is paused is a notice at once, and a warning after a day', () => {
    const notice = theVerdict(schedulePaused, pausedHouse(), { memory: since(day - 1) });
    expect([notice.level, sentence(notice)]).toEqual([
      ...['notice', 'nightly is paused, for 23 h at least: it makes no backups'],
    ]);
    expect(theVerdict(schedulePaused, pausedHouse()).level).toBe('notice');
    const warning = theVerdict(schedulePaused, pausedHouse(), { memory: since(day) });
    expect([warning.level, warning.startedAt]).toEqual(['warn', noon - day]);
    expect(commandsOf(warning)).toEqual([
      `kubectl -n longhorn-system patch cronjobs.batch nightly --type merge -p '{"spec":{"suspend":false}}'`,
    ]);
  });

  test('that is paused stays a notice while a volume of it has lost its data: that is wise', () => {
    const loss = { confirmedAt: noon - 2 * day, quiet: false };
    const memories = { 'storage/volume-emptied': new Map([[gitea, { loss }]]) };
    const verdict = theVerdict(schedulePaused, pausedHouse(), { memory: since(5 * day), memories });
    expect([verdict.level, sentence(verdict)]).toEqual([
      'notice',
      'nightly is paused, which keeps the last good copy of gitea-data: take it up again once that is restored',
    ]);
    const settled = { 'storage/volume-emptied': new Map([[gitea, { loss: null }]]) };
    expect(theVerdict(schedulePaused, pausedHouse(), { memory: since(5 * day), memories: settled }).level).toBe('warn');
  });

  test('and while a backup of it has shrunk', () => {
    const longhornBackup = [aBackupOf(gitea, 34), aBackupOf(gitea, 10, { bytes: 1_000 })];
    const memory = remembered([pausedHouse({ longhornBackup })]);
    const of = (known: ReadonlyMap<string, BackupMemory>) =>
      theVerdict(schedulePaused, pausedHouse(), { memory: since(5 * day), memories: { 'backups/shrank': known } });
    expect(of(memory).level).toBe('notice');
    const acknowledged = shrank.remembers!.acknowledged!(memory.get(gitea)!, 'restored', noon) as BackupMemory;
    expect(of(new Map([[gitea, acknowledged]])).level).toBe('warn');
  });

  test('that is paused stays a notice where another backs up the same', () => {
    const longhornRecurringJob = [aLonghornRecurringJob(), aLonghornRecurringJob({ name: 'weekly' })];
    const verdicts = judged(schedulePaused, pausedHouse({ longhornRecurringJob }), { memory: since(9 * day) });
    expect(verdicts.map(({ level }) => level)).toEqual(['notice', 'ok']);
    expect(evidenceOf(verdicts[0]!)).toEqual(['all that it covers is backed up by another plan too']);
  });

  test('whose schedule never comes is paused, as K8up is', () => {
    const k8upSchedule = [aK8upSchedule({ cron: '0 0 31 2 *' })];
    const snapshot = aSnapshot({
      sources: installed('k8up'),
      more: { persistentVolumeClaim: [aClaim()], k8upSchedule },
    });
    const verdict = theVerdict(schedulePaused, snapshot);
    expect(verdict.level).toBe('notice');
    expect(commandsOf(verdict)).toEqual(['kubectl -n git edit schedules.k8up.io nightly']);
  });

  test('of VolSync has its own way to go on', () => {
    const volSyncSource = [aVolSyncSource({ namespace: 'git', name: 'gitea', claim: 'gitea-data', paused: true })];
    const verdict = theVerdict(schedulePaused, aSnapshot({ sources: installed('volsync'), more: { volSyncSource } }));
    expect(commandsOf(verdict)).toEqual([
      `kubectl -n git patch replicationsources.volsync.backube gitea --type merge -p '{"spec":{"paused":false}}'`,
    ]);
  });

  test('that is paused explains why its volumes are too old', () => {
    const snapshot = pausedHouse({ longhornBackup: [aBackupOf(gitea, 24 * 9)] });
    const old = theVerdict(tooOld, snapshot);
    expect(old.level).toBe('bad');
    const cause = theVerdict(schedulePaused, snapshot, { memory: since(5 * day) });
    expect(explains(schedulePaused, cause, anEffect('backups/too-old', old), snapshot)).toBe(true);
  });
});

test('since when it is paused is remembered, and a clock that was set back does not hold it in the future', () => {
  const { subjects, remember } = schedulePaused.remembers!;
  expect([...subjects(pausedHouse())]).toEqual(['longhorn/longhorn-system/nightly']);
  expect([...subjects(aHouse([gitea]))]).toEqual([]);
  const later = aHouse([gitea], {}, { now: noon + hour });
  const first = remember(undefined, 'x', pausedHouse(), 0);
  expect(remember(first, 'x', later, 0)).toBe(first);
  expect(remember({ pausedAt: noon + day }, 'x', later, 0)).toEqual({ pausedAt: noon + hour });
});
