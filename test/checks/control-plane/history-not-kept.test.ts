import { expect, test } from 'vitest';
import historyNotKept from '#server/checks/control-plane/history-not-kept.ts';
import { aWall } from '#test/builders/facts.ts';
import { judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const verdictOf = (historyProblem: string) =>
  theVerdict(historyNotKept, aSnapshot({ wall: aWall({ historyProblem, historyProblemSince: noon - minute }) }));

test('a history that is kept is fine', () => {
  const verdict = verdictOf('');
  expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'history is kept']);
});

test('a history that is not kept warns and says why, whoever says the first words', () => {
  const verdict = verdictOf('history is not kept: /data is read-only');
  expect([verdict.level, verdict.startedAt]).toEqual(['warn', noon - minute]);
  expect(sentence(verdict)).toBe('history is not kept: /data is read-only');
  expect(sentence(verdictOf('/data is read-only'))).toBe('history is not kept: /data is read-only');
  expect(sentence(verdictOf('history is not kept'))).toBe('history is not kept');
});

test('a wall that says nothing of itself is not judged', () => {
  expect(judged(historyNotKept, aSnapshot())).toEqual([]);
});
