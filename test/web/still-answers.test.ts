import { expect, test } from 'vitest';
import { say } from '#shared/say.ts';
import { stillAnswers } from '#web/parts/still-answers.ts';
import { makeBoard, makeFinding, node, timeZone } from './fixtures.ts';

const still = say('{n} of {all} TLS servers still answer', { n: 4, all: 4 });
const other = say('nuc1 is not ready');

const now = Date.UTC(2026, 9, 1, 12);
const context = { now, timeZone };

function board(...alsoSay: (typeof still)[]) {
  const down = makeFinding(now, { check: 'nodes/not-ready', level: 'bad', subject: node('nuc1'), say: other });
  return makeBoard(now, [], [down], { alsoSay });
}

test('what still answers is told beside the headline, and what findings say is left to them', () => {
  expect(stillAnswers(board(still, other), context)).toBe('4 of 4 TLS servers still answer');
});

test('where only findings are told besides there is nothing more to say', () => {
  expect(stillAnswers(board(other), context)).toBe('');
});
