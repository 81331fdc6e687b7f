import { expect, test } from 'vitest';
import { matches } from '#server/engine/pattern.ts';

test.each([
  ['nodes/not-ready', 'nodes/not-ready', true],
  ['nodes/not-ready', 'nodes/not-ready-yet', false],
  ['nodes/*', 'nodes/not-ready', true],
  ['nodes/*', 'jobs/late', false],
  ['*/unseen', 'nodes/unseen', true],
  ['*/unseen', 'nodes/unseen-not', false],
  ['*', 'anything/at all', true],
  ['*', '', true],
  ['', '', true],
  ['Pod/*/web-*', 'Pod/shop/web-1', true],
  ['Pod/*/web-*', 'Pod/shop/db-1', false],
  ['a*a', 'a', false],
  ['a*b*c', 'a-b-c', true],
  ['a.c', 'abc', false],
  ['(*', '(x', true],
])('%s against %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});
