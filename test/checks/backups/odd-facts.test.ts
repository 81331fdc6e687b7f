import { describe, expect, test } from 'vitest';
import tile from '#server/checks/backups/tile.ts';
import type { BackupMemory } from '#server/checks/backup-memory.ts';
import {
  aCronJob,
  aK8upBackup,
  aK8upSchedule,
  aK8upSnapshot,
  aLonghornBackup,
  aLonghornBackupTarget,
  aLonghornBackupVolume,
  aLonghornRecurringJob,
  aLonghornVolume,
  anEtcdSnapshot,
  aVeleroBackup,
  aVeleroLocation,
  aVeleroSchedule,
  aVolSyncSource,
  aVolumeSnapshot,
} from '#test/builders/backups.ts';
import { aPod } from '#test/builders/facts.ts';
import { judged, sentence } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { noon } from '#test/builders/time.ts';
import { remembered } from './house.ts';

const times = [null, 0, -1, Number.NaN, Infinity, noon - 3_600_000, noon + 1e12, 8.64e15, 1e18];
const sizes = [null, 0, -1, -5e9, Number.NaN, Infinity, 1e30, 5e9];
const crons = ['', 'x', '0 2 * * *', '0 0 31 2 *', '@every 0s', '@daily', '*/0 * * * *', '60 60 * * *'];
const words = ['', 'Completed', 'Error', 'Pondering', '\u202eevil', '{name} {at:at}', 'a'.repeat(5_000)];

function facts(i: number) {
  const of = <T>(all: readonly T[], shift = 0): T => all[(i * 7 + shift * 3) % all.length]!;
  const name = of(['gitea-data', '$(reboot)', 'x'.repeat(253), "a'b"]);
  return {
    persistentVolumeClaim: [
      aClaim({ name, createdAt: of(times), phase: of(words) }),
      aClaim({ namespace: 'other', name }),
    ],
    longhornVolume: [
      aLonghornVolume({
        claim: { namespace: 'git', name, isPast: i % 2 === 0 },
        state: of(words),
        lastBackupAt: of(times, 1),
      }),
    ],
    longhornBackup: [0, 1, 2, 3, 4, 5, 6].map((j) =>
      aLonghornBackup({
        ...{ name: `b${j}`, claim: j % 3 === 0 ? '' : `git/${name}`, state: of(words, j), error: of(words, j + 1) },
        ...{
          bytes: of(sizes, j),
          takenAt: of(times, j),
          createdAt: of(times, j + 1),
          job: of(['', 'nightly', 'gone'], j),
        },
      }),
    ),
    longhornBackupVolume: [aLonghornBackupVolume({ claim: `git/${name}`, lastBackupAt: of(times, 2) })],
    longhornBackupTarget: [
      aLonghornBackupTarget({
        url: of(words, 2),
        available: of([null, true, false]),
        syncedAt: of(times, 3),
        message: of(words, 3),
      }),
    ],
    longhornRecurringJob: [
      aLonghornRecurringJob({ cron: of(crons), keeps: of(sizes, 4) }),
      aLonghornRecurringJob({ name, cron: of(crons, 1) }),
    ],
    cronJob: [
      aCronJob({
        backupOf: [`git/${name}`, 'git/nobody', ''],
        cron: of(crons, 2),
        timeZone: of([null, 'Mars/Phobos', '']),
        lastSuccessAt: of(times, 4),
        lastScheduledAt: of(times, 5),
      }),
    ],
    veleroSchedule: [aVeleroSchedule({ cron: of(crons, 3), phase: of(words), createdAt: of(times, 6) })],
    veleroBackup: [aVeleroBackup({ phase: of(words, 4), startedAt: of(times, 7), failure: of(words, 5) })],
    veleroLocation: [
      aVeleroLocation({ phase: of(words, 6), validatedAt: of(times, 8), validatedEveryMs: of(sizes, 5) }),
    ],
    k8upSchedule: [aK8upSchedule({ cron: of(crons, 4), keeps: of(sizes, 6), target: of(words, 7) })],
    k8upBackup: [aK8upBackup({ startedAt: of(times, 9), message: of(words, 8) })],
    k8upSnapshot: [aK8upSnapshot({ claim: name, takenAt: of(times, 10) })],
    volSyncSource: [
      aVolSyncSource({
        namespace: 'git',
        claim: name,
        cron: of(crons, 5),
        lastSyncAt: of(times, 11),
        lastDurationMs: of(sizes, 7),
        result: of(words, 9),
        doing: of(words, 10),
        nextSyncAt: of(times, 12),
        keeps: of(sizes),
      }),
    ],
    volumeSnapshot: [
      aVolumeSnapshot({
        namespace: 'git',
        claim: name,
        takenAt: of(times, 13),
        bytes: of(sizes, 1),
        error: of(words, 11),
      }),
    ],
    etcdSnapshot: [
      anEtcdSnapshot({ takenAt: of(times, 14), bytes: of(sizes, 2), location: of(words, 12), error: of(words, 13) }),
    ],
  };
}

describe.each(Array.from({ length: 72 }, (_, i) => i))('of odd facts (%i)', (i) => {
  const more = facts(i);
  const name = more.persistentVolumeClaim[0]!.name;
  const snapshot = aSnapshot({ more, pods: [aPod({ namespace: 'git', name: 'p', claims: [name] })] });
  const known: Map<string, BackupMemory> = remembered([snapshot, snapshot]);

  test('every check says something that can be said, and nothing fine of what has no time', () => {
    let said = 0;
    for (const check of tile.checks) {
      const memory = check.check === 'backups/shrank' ? known : new Map();
      for (const verdict of judged(check, snapshot, { memory, memories: { 'backups/shrank': known } })) {
        said += 1;
        expect(sentence(verdict)).not.toMatch(/\?|NaN|Infinity|undefined/);
        expect(sentence(verdict).length).toBeLessThan(700);
        const about = verdict.subject.kind === 'PersistentVolumeClaim' ? known.get(`git/${name}`) : undefined;
        if (check.check === 'backups/too-old' && verdict.level === 'ok' && about !== undefined) {
          const begun = /not due yet/.test(sentence(verdict));
          expect(begun || about.good.length > 0, sentence(verdict)).toBe(true);
        }
      }
    }
    expect(said).toBeGreaterThan(5);
  });

  test('the tile, its rows and series are made', () => {
    const context = { memory: () => known };
    const figure = tile.figure(snapshot, context);
    expect(`${figure?.value} ${sentence({ say: figure!.detail })}`).not.toMatch(/\?|NaN|Infinity|undefined/);
    for (const rule of tile.series ?? []) {
      for (const { value } of rule.read(snapshot)) expect(Number.isFinite(value)).toBe(true);
    }
    for (const { subject } of tile.checks.flatMap((check) => judged(check, snapshot, { memory: new Map() }))) {
      expect(JSON.stringify(tile.cells(subject, snapshot, context))).not.toMatch(/NaN|Infinity/);
    }
  });

  test('what is remembered is bounded, and can be kept', () => {
    for (const { good } of known.values()) {
      expect(good.length).toBeLessThanOrEqual(35);
      for (const { at, bytes } of good) {
        expect(at > 0 && at <= noon + 3_600_000).toBe(true);
        expect(bytes === null || (Number.isFinite(bytes) && bytes >= 0)).toBe(true);
      }
    }
    expect(new Map(Object.entries(JSON.parse(JSON.stringify(Object.fromEntries(known)))))).toEqual(known);
  });
});
