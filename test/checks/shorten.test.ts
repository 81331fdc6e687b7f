import { expect, test } from 'vitest';
import { shorten, shortenStart } from '#server/checks/shorten.ts';

test('a short text stays as it is, on one line', () => {
  expect(shorten('  two\n lines ')).toBe('two lines');
  expect(shorten('x'.repeat(160))).toBe('x'.repeat(160));
});

test('a long text is cut with dots, and never within a character', () => {
  expect(shorten('x'.repeat(161))).toBe(`${'x'.repeat(157)}...`);
  expect(shorten('😀'.repeat(200), 10)).toBe(`${'😀'.repeat(7)}...`);
  expect(shorten('x'.repeat(10_000_000), 5)).toBe('xx...');
});

test('control characters and direction marks are left out', () => {
  expect(shorten('a\u0007b\u202ec\u200bd')).toBe('abcd');
});

test('what is cut at its start keeps its end, on one line', () => {
  expect(shortenStart('short enough')).toBe('short enough');
  expect(shortenStart(`${'a'.repeat(100_000)}\nthe end`, 20)).toBe(`...${'a'.repeat(9)} the end`);
  expect(shortenStart(`${'\u202e'.repeat(50)} x`, 20)).toBe('x');
});
