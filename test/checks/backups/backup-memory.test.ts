import { describe, expect, test } from 'vitest';
import type { BackupMemory } from '#server/checks/backup-memory.ts';
import type { LonghornBackupFact } from '#server/facts/longhorn-backup.ts';
import { aCronJob, aLonghornBackupVolume, anEtcdSnapshot, aVolSyncSource } from '#test/builders/backups.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed, remembered } from './house.ts';

const gitea = 'git/gitea-data';
const goodOf = (memory: ReadonlyMap<string, BackupMemory>, covered = gitea) => memory.get(covered)?.good ?? [];
const house = (longhornBackup: LonghornBackupFact[], now = noon, sources = installed('longhorn')) =>
  aHouse([gitea], { longhornBackup }, { now, sources });

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('what is remembered of backups', () => {
  test('is when a good one was made, how much is in it, and who told of it', () => {
    expect(goodOf(remembered([house([aBackupOf(gitea, 10)])]))).toEqual([
      {
        ...{ system: 'longhorn', at: noon - 10 * hour, bytes: 1_900_000_000, there: true },
        object: 'LonghornBackup/longhorn-system/backup-pvc-gitea-data-10',
      },
    ]);
  });

  test('outlives its object', () => {
    const memory = remembered([house([aBackupOf(gitea, 34)]), house([aBackupOf(gitea, 10)])]);
    expect(goodOf(memory).map(({ at, there }) => [noon - at, there])).toEqual([
      [34 * hour, false],
      [10 * hour, true],
    ]);
  });

  test('says of none that it is gone while what lists them cannot be seen', () => {
    const first = house([aBackupOf(gitea, 10)]);
    for (const source of [{ fresh: false }, { state: 'forbidden' as const, fresh: false }]) {
      const blind = house([], noon, { ...installed('longhorn'), 'longhorn-backups': source });
      const memory = remembered([first]);
      expect(remembered([blind], memory).get(gitea)).toBe(memory.get(gitea));
    }
    expect(goodOf(remembered([first, house([])]))[0]?.there).toBe(false);
  });

  test('is the very same object while nothing changes, for a day at least', () => {
    const first = remembered([house([aBackupOf(gitea, 34), aBackupOf(gitea, 10)])]);
    const seconds = Array.from({ length: 40 }, (_, i) =>
      house([aBackupOf(gitea, 10), aBackupOf(gitea, 34)], noon + (i * 12 * hour) / 41),
    );
    expect(remembered(seconds, first).get(gitea)).toBe(first.get(gitea));
    const nextDay = house([aBackupOf(gitea, 34), aBackupOf(gitea, 10)], noon + 12 * hour);
    expect(remembered([nextDay], first).get(gitea)).not.toBe(first.get(gitea));
  });

  test('follows a size that is told later, or another one', () => {
    const sizes = [null, 1_000, 2_000].map((bytes) => house([aBackupOf(gitea, 10, { bytes })]));
    expect(goodOf(remembered(sizes)).map(({ bytes }) => bytes)).toEqual([2_000]);
  });

  test('is nothing of what did not end well, of no time, of years to come or of sizes that cannot be', () => {
    const odd = [
      ...[aBackupOf(gitea, 10, { state: 'Error' }), aBackupOf(gitea, 9, { state: 'InProgress' })],
      ...[aBackupOf(gitea, 8, { state: 'Whatever' }), aBackupOf(gitea, 7, { takenAt: null, createdAt: null })],
      ...[aBackupOf(gitea, -48), aBackupOf(gitea, 6, { takenAt: Number.NaN }), aBackupOf(gitea, 5, { takenAt: -1 })],
    ];
    expect(goodOf(remembered([house(odd)]))).toEqual([]);
    const sizes = [-5, Number.NaN, Infinity].map((bytes, i) => aBackupOf(gitea, 30 + i, { bytes }));
    expect(goodOf(remembered([house(sizes)])).map(({ bytes }) => bytes)).toEqual([null, null, null]);
  });

  test('is one backup where two objects tell of it, and there while either is', () => {
    const told = aLonghornBackupVolume({ lastBackup: 'backup-x', lastBackupAt: noon - 10 * hour + minute });
    const both = aHouse([gitea], { longhornBackup: [aBackupOf(gitea, 10)], longhornBackupVolume: [told] });
    const one = aHouse([gitea], { longhornBackupVolume: [told] });
    const memory = remembered([both, one]);
    expect(goodOf(memory).map(({ bytes, there }) => [bytes, there])).toEqual([[1_900_000_000, true]]);
    expect(remembered([one], memory).get(gitea)).toBe(memory.get(gitea));
    expect(goodOf(remembered([aHouse([gitea])], memory))[0]?.there).toBe(false);
  });

  test('is of VolSync each success that its one object tells of, and as many are there as it keeps', () => {
    const nights = Array.from({ length: 8 }, (_, i) => noon - (7 - i) * day);
    const snapshots = nights.map((now) =>
      aSnapshot({
        ...{ now, sources: installed('volsync') },
        more: {
          persistentVolumeClaim: [aClaim({ namespace: 'home', name: 'zigbee' })],
          volSyncSource: [
            aVolSyncSource({
              ...{ namespace: 'home', name: 'zigbee', claim: 'zigbee', lastSyncAt: now - hour, lastDurationMs: null },
              ...{ nextSyncAt: now + day, syncStartedAt: null, doing: 'WaitingForSchedule', keeps: 3 },
            }),
          ],
        },
      }),
    );
    const good = goodOf(remembered(snapshots), 'home/zigbee');
    expect(good.map(({ at }) => (noon - hour - at) / day)).toEqual([4, 3, 2, 1, 0]);
    expect(good.map(({ there }) => there)).toEqual([false, false, true, true, true]);
  });

  test('is of a CronJob its last success', () => {
    const cronJob = [aCronJob({ backupOf: [gitea] })];
    const snapshot = aSnapshot({ sources: installed(), more: { persistentVolumeClaim: [aClaim()], cronJob } });
    expect(goodOf(remembered([snapshot])).map(({ system, bytes }) => [system, bytes])).toEqual([['cronjob', null]]);
  });

  test("is of the cluster's own database too", () => {
    const snapshot = aSnapshot({ sources: installed('etcd'), more: { etcdSnapshot: [anEtcdSnapshot()] } });
    expect(goodOf(remembered([snapshot]), 'etcd').map(({ bytes }) => bytes)).toEqual([25_000_000]);
  });

  test('is kept for 90 days after all of it is gone', () => {
    const memory = remembered([house([aBackupOf(gitea, 10)])]);
    const later = (days: number) => remembered([aHouse([], {}, { now: noon + days * day })], memory);
    expect(later(89).has(gitea)).toBe(true);
    expect(later(91).has(gitea)).toBe(false);
  });

  test('hides none that is left behind those that somebody has deleted', () => {
    const all = Array.from({ length: 8 }, (_, i) => aBackupOf(gitea, 10 + 24 * i));
    const memory = remembered([house(all), house(all.slice(6))]);
    expect(goodOf(memory).filter(({ there }) => there)).toHaveLength(2);
    expect(goodOf(memory)).toHaveLength(5);
  });
});

describe.each([1, 2, 3, 4])('in a generated half year (%i)', (seed) => {
  test('it stays bounded, in order, calm, and knows the newest of what was ever good', () => {
    const roll = dice(seed);
    let listed: LonghornBackupFact[] = [];
    let newestAt = 0;
    let memory = new Map<string, BackupMemory>();
    for (let night = 0; night < 180; night += 1) {
      const now = noon + night * day;
      const hoursAgo = (noon - now) / hour + 10 + Math.floor(roll() * 3);
      const state = roll() < 0.9 ? 'Completed' : 'Error';
      const bytes = roll() < 0.1 ? null : Math.floor(roll() * 2e9) - 1e8;
      if (roll() < 0.95) {
        listed = [...listed, aBackupOf(gitea, hoursAgo, { state, bytes, name: `backup-${night}` })];
        if (state === 'Completed') newestAt = noon - hoursAgo * hour;
      }
      // Retention, and now and then somebody who clears up.
      listed = listed.slice(-Math.ceil(roll() * 9));
      const blind = roll() < 0.1;
      const snapshot = house(listed, now, {
        ...installed('longhorn'),
        ...(blind ? { 'longhorn-backups': { fresh: false } } : {}),
      });
      const before = memory;
      memory = remembered([snapshot], memory);
      const good = goodOf(memory);
      expect(good.length).toBeLessThanOrEqual(5);
      expect(good.map(({ at }) => at)).toEqual(good.map(({ at }) => at).toSorted((a, b) => a - b));
      expect(new Set(good.map(({ object }) => object)).size).toBe(good.length);
      expect(good.every(({ bytes: known }) => known === null || known >= 0)).toBe(true);
      const there = new Set(listed.map(({ name }) => name));
      if (!blind) {
        for (const each of good) expect(each.there).toBe(there.has(each.object.split('/').at(-1)!));
      }
      const isListed = listed.some(({ state: of, takenAt }) => of === 'Completed' && takenAt === newestAt);
      if (isListed) expect(good.at(-1)?.at).toBe(newestAt);
      // Once more with the same facts: nothing to write.
      expect(remembered([snapshot], memory).get(gitea)).toBe(memory.get(gitea));
      expect(JSON.parse(JSON.stringify(memory.get(gitea)))).toEqual(memory.get(gitea));
      if (before.get(gitea)?.shrank !== undefined) expect(memory.get(gitea)?.shrank).toBe(before.get(gitea)?.shrank);
    }
  });
});
