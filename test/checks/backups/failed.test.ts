import { describe, expect, test } from 'vitest';
import failed from '#server/checks/backups/failed.ts';
import tooOld from '#server/checks/backups/too-old.ts';
import type { VeleroBackupFact } from '#server/facts/velero-backup.ts';
import { aCronJob, aVeleroBackup, aVeleroSchedule, aVolSyncSource, aVolumeSnapshot } from '#test/builders/backups.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { aBackupOf, aHouse, installed } from './house.ts';

const gitea = 'git/gitea-data';
const velero = (...backups: Partial<VeleroBackupFact>[]) =>
  aSnapshot({
    sources: installed('velero'),
    more: {
      persistentVolumeClaim: [aClaim()],
      veleroSchedule: [aVeleroSchedule()],
      veleroBackup: backups.map((part, i) =>
        aVeleroBackup({ name: `nightly-${i}`, startedAt: noon - (10 + 24 * i) * hour, ...part }),
      ),
    },
  });

describe('the last run of a plan', () => {
  test('that ended well is fine, whatever came before', () => {
    const verdict = theVerdict(failed, velero({}, { phase: 'Failed', failure: 'gone' }));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'the last run of nightly ended well']);
    expect(verdict.sources).toEqual(['velero-schedules', 'velero-backups', 'velero-locations']);
  });

  test('that failed is not to be made up for while a volume of it has lost its data', () => {
    const lost = new Map([[gitea, { loss: { confirmedAt: noon, quiet: false } }]]);
    const of = (memories: Record<string, ReadonlyMap<string, unknown>>) =>
      commandsOf(theVerdict(failed, velero({ phase: 'Failed', failure: 'gone' }), { memories })).join('\n');
    expect(of({})).toContain('backup create --from-schedule nightly');
    expect(of({ 'storage/volume-emptied': lost })).not.toContain('create');
  });

  test('that failed is bad, with its reason in its own words, how many in a row and since when', () => {
    const failure = { phase: 'Failed', failure: 'bucket "backups" is full' };
    const verdict = theVerdict(failed, velero(failure, { phase: 'PartiallyFailed', errors: 2 }, {}));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['bad', 'the last run of nightly failed at 02:00: bucket "backups" is full'],
    ]);
    expect(evidenceOf(verdict)[0]).toBe('2 in a row, as far as they are listed');
    expect(verdict.startedAt).toBe(noon - 34 * hour);
    expect(commandsOf(verdict)[0]).toBe('kubectl -n velero describe backups.velero.io nightly-0');
    expect(commandsOf(verdict)).toContain('velero -n velero backup create --from-schedule nightly');
  });

  test('that left something out is a warning', () => {
    const verdict = theVerdict(failed, velero({ phase: 'PartiallyFailed', errors: 2 }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['warn', 'the last run of nightly left something out at 02:00: PartiallyFailed with 2 errors'],
    ]);
  });

  test('that still runs does not count', () => {
    expect(theVerdict(failed, velero({ phase: 'InProgress' }, { phase: 'Failed' })).level).toBe('bad');
    expect(judged(failed, velero({ phase: 'InProgress' }))).toEqual([]);
  });

  test('in a state that is not known is unknown, with the raw word', () => {
    const verdict = theVerdict(failed, velero({ phase: 'Pondering' }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['unknown', 'how the last run of nightly ended is not known: it says "Pondering"'],
    ]);
  });

  test('without a time or a reason is told as it is', () => {
    const verdict = theVerdict(failed, velero({ phase: 'Failed', failure: '', startedAt: null }));
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'the last run of nightly failed: Failed']);
    expect(verdict.startedAt).toBeUndefined();
  });

  test('is of each of its volumes where each has its own, and names those that failed', () => {
    const longhornBackup = [
      ...[aBackupOf(gitea, 10), aBackupOf('media/photos', 34)],
      aBackupOf('media/photos', 10, { state: 'Error', error: 'cannot mount nas.example' }),
    ];
    const verdict = theVerdict(failed, aHouse([gitea, 'media/photos'], { longhornBackup }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['bad', 'the last run of nightly failed for photos at 02:00: cannot mount nas.example'],
    ]);
  });

  test('is what VolSync and CronJobs say of themselves', () => {
    const volSyncSource = [
      aVolSyncSource({ result: 'Failed', logs: 'repository is locked', claim: 'gitea-data', namespace: 'git' }),
    ];
    const cronJob = [
      aCronJob({ backupOf: [gitea], lastScheduledAt: noon - hour, lastSuccessAt: noon - day, active: 0 }),
    ];
    const snapshot = aSnapshot({
      sources: installed('volsync', 'cronjob'),
      more: { persistentVolumeClaim: [aClaim()], volSyncSource, cronJob },
    });
    const verdicts = judged(failed, snapshot);
    expect(verdicts.map(({ level }) => level)).toEqual(['bad', 'bad']);
    expect(sentence(verdicts[0]!)).toContain('repository is locked');
    expect(sentence(verdicts[1]!)).toBe('the last run of gitea-dump failed at 11:00: its job did not end well');
  });

  test('that failed explains why its volumes are too old', () => {
    const snapshot = velero({ phase: 'Failed' }, { phase: 'Failed' }, { phase: 'Failed' }, { phase: 'Failed' }, {});
    const cause = theVerdict(failed, snapshot);
    const effects = judged(tooOld, snapshot).filter(({ level }) => level === 'bad');
    expect(effects).toHaveLength(1);
    const effect = { ...anEffect('backups/too-old', effects[0]!), id: 'x|velero' };
    expect(explains(failed, cause, effect, snapshot)).toBe(true);
    expect(explains(failed, cause, { ...effect, id: 'x|longhorn' }, snapshot)).toBe(false);
    expect(explains(failed, { ...cause, level: 'warn' }, effect, snapshot)).toBe(false);
  });
});

describe('a backup that somebody made by hand', () => {
  const byHand = (more: SnapshotParts['more']) => judged(failed, aHouse([gitea], more));
  const broken = (hoursAgo: number) => aBackupOf(gitea, hoursAgo, { state: 'Error', error: 'no space', job: '' });

  test('and that failed is told for a week, or until a good one was made', () => {
    const [verdict] = byHand({ longhornBackup: [broken(1)] });
    expect([verdict!.level, sentence(verdict!)]).toEqual([
      ...['bad', 'the backup backup-pvc-gitea-data-1 failed at 11:00: no space'],
    ]);
    expect(commandsOf(verdict!)).toEqual([
      'kubectl -n longhorn-system describe backups.longhorn.io backup-pvc-gitea-data-1',
    ]);
    expect(byHand({ longhornBackup: [broken(24 * 8)] })).toEqual([]);
    expect(byHand({ longhornBackup: [broken(2), aBackupOf(gitea, 1, { job: '' })] })).toEqual([]);
    const later = byHand({ longhornBackup: [broken(2), aBackupOf(gitea, 1)] });
    expect(later.map(({ level }) => level)).toEqual(['ok']);
  });

  test('is a VolumeSnapshot too', () => {
    const volumeSnapshot = [
      aVolumeSnapshot({
        namespace: 'git',
        claim: 'gitea-data',
        ready: false,
        error: 'timed out',
        takenAt: noon - 5 * minute,
      }),
    ];
    expect(byHand({ volumeSnapshot }).map((verdict) => sentence(verdict))).toEqual([
      expect.stringMatching(/^the backup .* failed at 11:55: timed out$/),
    ]);
  });
});
