import { describe, expect, test } from 'vitest';
import noTarget from '#server/checks/backups/no-target.ts';
import tooOld from '#server/checks/backups/too-old.ts';
import { aCronJob, aLonghornBackupTarget, aVeleroSchedule } from '#test/builders/backups.ts';
import { anEffect, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, noon } from '#test/builders/time.ts';
import { aHouse, installed } from './house.ts';

const unset = [aLonghornBackupTarget({ url: '', available: false })];

describe('Longhorn', () => {
  test('with a place for its backups is fine', () => {
    const verdict = theVerdict(noTarget, aHouse(['git/gitea-data']));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'Longhorn has a place for its backups']);
  });

  test('with a plan and no target is a warning', () => {
    const verdict = theVerdict(noTarget, aHouse(['git/gitea-data'], { longhornBackupTarget: unset }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['warn', 'Longhorn has no backup target: nightly can make no backups'],
    ]);
    expect(verdict.subject).toEqual({ kind: 'BackupTarget', namespace: 'longhorn-system', name: 'default' });
  });

  test('as storage alone is a warning, and a notice where all is backed up otherwise', () => {
    const bare = { longhornBackupTarget: unset, longhornRecurringJob: [] };
    expect(theVerdict(noTarget, aHouse(['git/gitea-data'], bare)).level).toBe('warn');
    const cronJob = [aCronJob({ backupOf: ['git/gitea-data'] })];
    expect(theVerdict(noTarget, aHouse(['git/gitea-data'], { ...bare, cronJob })).level).toBe('notice');
  });

  test('without a target explains why nothing of its plans was ever made', () => {
    const snapshot = aHouse(['git/gitea-data'], { longhornBackupTarget: unset });
    const seen = new Map([['longhorn/longhorn-system/nightly', { seenAt: noon - 9 * day }]]);
    const old = theVerdict(tooOld, snapshot, { memory: seen });
    expect(old.level).toBe('bad');
    const cause = theVerdict(noTarget, snapshot);
    expect(explains(noTarget, cause, anEffect('backups/too-old', old), snapshot)).toBe(true);
    expect(explains(noTarget, cause, anEffect('backups/too-old', { ...old, key: 'velero' }), snapshot)).toBe(false);
  });
});

test('Velero without any location is a warning of the system itself', () => {
  const snapshot = aSnapshot({ sources: installed('velero'), more: { veleroSchedule: [aVeleroSchedule()] } });
  const verdict = theVerdict(noTarget, snapshot);
  expect([verdict.level, sentence(verdict)]).toEqual([
    ...['warn', 'Velero has no backup target: nightly can make no backups'],
  ]);
  expect(verdict.subject).toEqual({ kind: 'BackupSystem', name: 'velero' });
});

test('what is not installed needs no target', () => {
  expect(judged(noTarget, aSnapshot({ sources: installed() }))).toEqual([]);
});
