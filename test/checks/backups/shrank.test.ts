import { describe, expect, test } from 'vitest';
import shrank from '#server/checks/backups/shrank.ts';
import { claimSubjectOf } from '#server/checks/claim-use.ts';
import volumeEmptied from '#server/checks/storage/volume-emptied.ts';
import { say } from '#shared/say.ts';
import type { BackupMemory } from '#server/checks/backup-memory.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { aLonghornRecurringJob, anEtcdSnapshot } from '#test/builders/backups.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aClaim } from '#test/builders/storage.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import { day, hour, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, remembered } from './house.ts';

const gitea = 'git/gitea-data';
const full = (hoursAgo: number) => aBackupOf(gitea, hoursAgo, { bytes: 1_900_000_000 });
const blank = (hoursAgo: number) => aBackupOf(gitea, hoursAgo, { bytes: 32_000_000 });
const house = (longhornBackup: ReturnType<typeof full>[], keeps = 7, now = noon) =>
  aHouse([gitea], { longhornBackup, longhornRecurringJob: [aLonghornRecurringJob({ keeps })] }, { now });

function verdictOf(...snapshots: Snapshot[]) {
  return theVerdict(shrank, snapshots.at(-1)!, { memory: remembered(snapshots) });
}

describe('a backup of a volume', () => {
  test('that holds about as much as the one before is fine', () => {
    const verdict = verdictOf(house([full(34), aBackupOf(gitea, 10, { bytes: 1_000_000_000 })]));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['ok', 'no backup of gitea-data holds much less than the one before'],
    ]);
    expect(verdict.sources).toContain('longhorn-backups');
  });

  test('that holds less than half of the one before is bad, with both sizes', () => {
    const verdict = verdictOf(house([full(34), blank(10)]));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['bad', 'the backup of gitea-data shrank: 1.9 GB to 32 MB at 02:00'],
    ]);
    expect(verdict.startedAt).toBe(noon - 10 * hour);
    expect(evidenceOf(verdict)).toEqual([
      'the one of Wed 02:00 with 1.9 GB may be the last good copy, and is still there',
      'nightly keeps 7',
      'by Longhorn; stays until someone acknowledges it',
    ]);
  });

  test('is compared with one that its retention has deleted since', () => {
    const verdict = verdictOf(house([full(34)], 1, noon - 12 * hour), house([blank(10)], 1));
    expect(verdict.level).toBe('bad');
    expect(evidenceOf(verdict).slice(0, 2)).toEqual([
      'the one of Wed 02:00 with 1.9 GB is not listed any more: look for another copy',
      'nightly keeps 1',
    ]);
  });

  test('has as its first step to stop what would overwrite the last good copy, then to look', () => {
    const commands = commandsOf(verdictOf(house([full(34), blank(10)])));
    expect(commands[0]).toMatch(/^kubectl -n longhorn-system label --overwrite volumes\.longhorn\.io pvc-gitea-data /);
    expect(commands).toContain('kubectl -n git exec gitea-data-pod -- df -h');
  });

  test.each([
    ['exactly half', 2_000_000_000, 1_000_000_000, 'ok'],
    ['less than half', 2_000_000_000, 999_999_999, 'bad'],
    ['nothing', 2_000_000_000, 0, 'bad'],
    ['of too little to say anything', 10_000_000, 1_000_000, 'ok'],
    ['of a little more than that', 10_000_001, 1_000_000, 'bad'],
    ['more', 1_000_000, 2_000_000_000, 'ok'],
  ])('with %s', (_, before, after, level) => {
    const backups = [aBackupOf(gitea, 34, { bytes: before }), aBackupOf(gitea, 10, { bytes: after })];
    expect(verdictOf(house(backups)).level).toBe(level);
  });

  test('of which sizes are not known, or absurd, is not judged', () => {
    for (const bytes of [null, -1, Number.NaN, -2_000_000_000]) {
      const backups = [full(34), aBackupOf(gitea, 10, { bytes })];
      expect(judged(shrank, house(backups), { memory: remembered([house(backups)]) })).toEqual([]);
    }
    const timeless = [full(34), aBackupOf(gitea, 10, { bytes: 1, takenAt: null, createdAt: null })];
    expect(judged(shrank, house(timeless), { memory: remembered([house(timeless)]) })).toEqual([]);
  });

  test('that somebody expects to shrink is not judged', () => {
    const claim = aClaim({ wish: { ...noStorageWish, expectShrink: true } });
    const snapshot = aHouse([gitea], { persistentVolumeClaim: [claim], longhornBackup: [full(34), blank(10)] });
    expect(theVerdict(shrank, snapshot, { memory: remembered([snapshot]) }).level).toBe('ok');
  });

  test('of the cluster itself is not judged: it is smaller after each tidying up', () => {
    const etcdSnapshot = [
      anEtcdSnapshot({ name: 'a', takenAt: noon - day, bytes: 200_000_000 }),
      anEtcdSnapshot({ name: 'b', bytes: 20_000_000 }),
    ];
    const snapshot = aHouse([], { etcdSnapshot });
    expect(remembered([snapshot]).get('etcd')?.good).toHaveLength(2);
    expect(judged(shrank, snapshot, { memory: remembered([snapshot]) })).toEqual([]);
  });

  test('that shrank days ago, and was made anew as small each night since, is still told', () => {
    const verdict = verdictOf(house([full(82), blank(58), blank(34), blank(10)]));
    expect(sentence(verdict)).toBe('the backup of gitea-data shrank: 1.9 GB to 32 MB at Tue 02:00');
  });

  test('that shrank before the wall ever looked, and has as much again since, is history', () => {
    expect(verdictOf(house([full(58), blank(34), full(10)])).level).toBe('ok');
  });
});

describe('a backup that shrank', () => {
  const before = remembered([house([full(34), blank(10)])]);

  test('stays so through good nights, gone objects and a gone claim, whatever can be seen', () => {
    const empty = aHouse([], { longhornBackup: [] }, { now: noon + 300 * day });
    const later = remembered([house([full(1)], 7, noon + hour), empty], before);
    const verdict = theVerdict(shrank, empty, { memory: later });
    expect([verdict.level, verdict.sources]).toEqual(['bad', []]);
  });

  test('is over once somebody acknowledges it, and the next one counts again', () => {
    const memory = shrank.remembers!.acknowledged!(before.get(gitea)!, 'seen', noon) as BackupMemory;
    const settled = new Map([[gitea, memory]]);
    const same = house([full(34), blank(10)]);
    expect(theVerdict(shrank, same, { memory: remembered([same], settled) }).level).toBe('ok');
    const restored = house([full(34), blank(10), full(-14)], 7, noon + day);
    expect(theVerdict(shrank, restored, { memory: remembered([restored], settled) }).level).toBe('ok');
    const again = house([full(34), blank(10), full(-14), blank(-38)], 7, noon + 2 * day);
    expect(theVerdict(shrank, again, { memory: remembered([restored, again], settled) }).level).toBe('bad');
  });

  test('latches', () => {
    expect(shrank.latch).toBe(true);
  });
});

test('that the volume itself lost its data explains it, of that volume alone', () => {
  const snapshot = house([full(34), blank(10)]);
  const cause = { subject: claimSubjectOf(gitea), level: 'bad' as const, say: say('lost') };
  const effect = anEffect('backups/shrank', verdictOf(snapshot));
  expect(explains(volumeEmptied, cause, effect, snapshot)).toBe(true);
  expect(explains(volumeEmptied, { ...cause, subject: claimSubjectOf('git/wiki') }, effect, snapshot)).toBe(false);
});
