import { expect, test } from 'vitest';
import claimLost from '#server/checks/storage/claim-lost.ts';
import { evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';

const of = (part: Parameters<typeof aClaim>[0]) => aSnapshot({ more: { persistentVolumeClaim: [aClaim(part)] } });

test('a claim whose volume is gone is bad, and says that its data may still be there', () => {
  const verdict = theVerdict(claimLost, of({ phase: 'Lost' }));
  expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'the volume of gitea-data is gone: pvc-gitea-data']);
  expect(evidenceOf(verdict)[0]).toContain('the data may still be there');
  expect(sentence(theVerdict(claimLost, of({ phase: 'Lost', volume: '' })))).toBe('the volume of gitea-data is gone');
});

test('nothing is said of all other claims', () => {
  expect(judged(claimLost, of({}))).toEqual([]);
  expect(judged(claimLost, of({ phase: 'Pending' }))).toEqual([]);
});
