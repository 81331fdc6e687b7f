import { describe, expect, test } from 'vitest';
import restoreNeverTested from '#server/checks/backups/restore-never-tested.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import { judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { day, noon } from '#test/builders/time.ts';

const tested = (restoreTestedAt: number | null) =>
  aSnapshot({ more: { persistentVolumeClaim: [aClaim({ wish: { ...noStorageWish, restoreTestedAt } })] } });

describe('a claim', () => {
  test('whose owner keeps no date is not spoken of', () => {
    expect(judged(restoreNeverTested, tested(null))).toEqual([]);
  });

  test('that was restored within half a year is fine', () => {
    const verdict = theVerdict(restoreNeverTested, tested(noon - 180 * day));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'a restore of gitea-data was tried on 4 April']);
    expect(theVerdict(restoreNeverTested, tested(noon + day / 2)).level).toBe('ok');
  });

  test('that was restored longer ago is a notice', () => {
    const verdict = theVerdict(restoreNeverTested, tested(noon - 240 * day));
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['notice', 'a restore of gitea-data was last tried 240 days ago'],
    ]);
    const sooner = theVerdict(restoreNeverTested, tested(noon - 100 * day), { settings: { after: 90 * day } });
    expect(sooner.level).toBe('notice');
  });

  test('with a date that is still to come is told so', () => {
    const verdict = theVerdict(restoreNeverTested, tested(noon + 30 * day));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'notice',
      'a restore of gitea-data is said to have been tried on 31 October, which is still to come',
    ]);
  });
});
