import { describe, expect, test } from 'vitest';
import retentionOfOne from '#server/checks/backups/retention-of-one.ts';
import { aK8upSchedule, aLonghornRecurringJob, aVolSyncSource } from '#test/builders/backups.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { aHouse, installed } from './house.ts';

const keeping = (keeps: number | null) =>
  aHouse(['git/gitea-data'], { longhornRecurringJob: [aLonghornRecurringJob({ keeps })] });

describe('a plan', () => {
  test('that keeps several is fine', () => {
    expect(sentence(theVerdict(retentionOfOne, keeping(2)))).toBe('nightly keeps 2');
  });

  test('that keeps one alone is a warning, with how to keep more', () => {
    const verdict = theVerdict(retentionOfOne, keeping(1));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['warn', 'nightly keeps only 1 backup: one bad night, and it is gone'],
    ]);
    expect(commandsOf(verdict)).toEqual([
      `kubectl -n longhorn-system patch recurringjobs.longhorn.io nightly --type merge -p '{"spec":{"retain":7}}'`,
    ]);
  });

  test('that keeps none is a warning too', () => {
    expect(theVerdict(retentionOfOne, keeping(0)).level).toBe('warn');
  });

  test('of which that is not known, or absurd, is not judged', () => {
    expect(judged(retentionOfOne, keeping(null))).toEqual([]);
    expect(judged(retentionOfOne, keeping(-1))).toEqual([]);
  });

  test('is a notice where another plan keeps more of the same', () => {
    const longhornRecurringJob = [
      aLonghornRecurringJob({ keeps: 1 }),
      aLonghornRecurringJob({ name: 'weekly', keeps: 4 }),
    ];
    const [nightly, weekly] = judged(retentionOfOne, aHouse(['git/gitea-data'], { longhornRecurringJob }));
    expect([nightly!.level, weekly!.level]).toEqual(['notice', 'ok']);
    expect(evidenceOf(nightly!)).toEqual(['all that it covers is backed up by another plan too']);
  });

  test('of K8up and VolSync has its own command', () => {
    const more = {
      persistentVolumeClaim: [aClaim()],
      k8upSchedule: [aK8upSchedule({ keeps: 1 })],
      volSyncSource: [aVolSyncSource({ namespace: 'media', claim: 'photos', keeps: 1 })],
    };
    const snapshot = aSnapshot({ sources: installed('k8up', 'volsync'), more });
    expect(judged(retentionOfOne, snapshot).flatMap((verdict) => commandsOf(verdict))).toEqual([
      expect.stringMatching(/^kubectl -n git patch schedules\.k8up\.io nightly /),
      expect.stringMatching(/^kubectl -n media patch replicationsources\.volsync\.backube /),
    ]);
  });
});
