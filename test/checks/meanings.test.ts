import { expect, test } from 'vitest';
import { meaningOf, quoted, type Meanings } from '#server/checks/meanings.ts';

const meanings: Meanings<'secret'> = [
  [/secret "([^"]+)" not found/, 'needs Secret $1, which is not there', 'secret'],
  [/not found/, 'something is not there'],
];

test('the first pattern that fits says what a message means, with what it found', () => {
  expect(meaningOf('secret "db" not found', meanings)).toEqual({
    words: 'needs Secret db, which is not there',
    look: 'secret',
    name: 'db',
  });
  expect(meaningOf('x not found', meanings)).toEqual({ words: 'something is not there', look: null, name: '' });
  expect(meaningOf('all is well', meanings)).toBeNull();
});

test('what a pattern found is bounded and on one line', () => {
  const words = meaningOf(`secret "a\n${'b'.repeat(500)}" not found`, meanings)!.words;
  expect(words.length).toBeLessThan(130);
  expect(words).not.toContain('\n');
});

test('a quotation leaves out ids of containers, which are new with every attempt', () => {
  expect(quoted(`network for sandbox "${'0a'.repeat(32)}": no`)).toBe(`"network for sandbox '...': no"`);
  expect(quoted('x'.repeat(500), 20)).toHaveLength(22);
});

test('only as much is read as facts hold', () => {
  expect(meaningOf(`${'x'.repeat(100_000)} not found`, meanings)).toBeNull();
});
