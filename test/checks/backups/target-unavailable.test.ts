import { describe, expect, test } from 'vitest';
import failed from '#server/checks/backups/failed.ts';
import targetUnavailable from '#server/checks/backups/target-unavailable.ts';
import tooOld from '#server/checks/backups/too-old.ts';
import type { LonghornBackupTargetFact } from '#server/facts/longhorn-backup-target.ts';
import { aK8upSchedule, aLonghornBackupTarget, anEtcdSnapshot, aVeleroLocation } from '#test/builders/backups.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed } from './house.ts';

const house = (target: Partial<LonghornBackupTargetFact>, longhornBackup = [aBackupOf('git/gitea-data', 10)]) =>
  aHouse(['git/gitea-data'], { longhornBackup, longhornBackupTarget: [aLonghornBackupTarget(target)] });
const down = { available: false, message: 'mount.nfs: Connection timed out' };

describe('a backup target', () => {
  test('that can be reached is fine', () => {
    const verdict = theVerdict(targetUnavailable, house({}));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'the backup target default can be reached']);
  });

  test('that cannot is bad, with its own words and what it keeps from being made', () => {
    const verdict = theVerdict(targetUnavailable, house(down));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['bad', 'the backup target default cannot be reached: mount.nfs: Connection timed out'],
    ]);
    expect(evidenceOf(verdict)).toEqual(['nfs://nas.example:/backups', 'nightly cannot put anything there']);
    expect(commandsOf(verdict)).toEqual(['kubectl -n longhorn-system describe backuptargets.longhorn.io default']);
  });

  test('that nothing goes to is a warning', () => {
    const snapshot = aHouse([], { longhornRecurringJob: [], longhornBackupTarget: [aLonghornBackupTarget(down)] });
    expect(theVerdict(targetUnavailable, snapshot).level).toBe('warn');
  });

  test('that was last looked at long ago is unknown, whatever it said', () => {
    const veleroLocation = [aVeleroLocation({ validatedAt: noon - 3 * day })];
    const verdict = theVerdict(
      targetUnavailable,
      aSnapshot({ sources: installed('velero'), more: { veleroLocation } }),
    );
    expect([verdict.level, sentence(verdict)]).toEqual([
      'unknown',
      'whether the backup target default can be reached is not known: it was last looked at 3 days ago',
    ]);
  });

  test('that says nothing of it is unknown', () => {
    expect(theVerdict(targetUnavailable, house({ available: null, syncedAt: null })).level).toBe('unknown');
  });

  test('that is not set, or of which nobody ever says whether it can be reached, is not judged', () => {
    expect(judged(targetUnavailable, house({ url: '', available: false }))).toEqual([]);
    const more = { k8upSchedule: [aK8upSchedule()], etcdSnapshot: [anEtcdSnapshot()] };
    expect(judged(targetUnavailable, aSnapshot({ sources: installed('k8up', 'etcd'), more }))).toEqual([]);
  });

  test('that cannot be reached explains what fails and what is too old of those who put theirs there', () => {
    const backups = [aBackupOf('git/gitea-data', 24 * 9), aBackupOf('git/gitea-data', 10, { state: 'Error' })];
    const snapshot = house(down, backups);
    const cause = theVerdict(targetUnavailable, snapshot);
    const failure = anEffect('backups/failed', theVerdict(failed, snapshot));
    const old = theVerdict(tooOld, snapshot);
    expect([failure.level, old.level]).toEqual(['bad', 'bad']);
    expect(explains(targetUnavailable, cause, failure, snapshot)).toBe(true);
    expect(explains(targetUnavailable, cause, anEffect('backups/too-old', old), snapshot)).toBe(true);
    const other = { ...anEffect('backups/too-old', old), subject: { ...old.subject, name: 'photos' } };
    expect(explains(targetUnavailable, cause, other, snapshot)).toBe(false);
  });
});
