import { expect, test } from 'vitest';
import { calmDuration, calmNumber } from '#server/checks/calm-figures.ts';
import { hour, minute } from '#test/builders/time.ts';

test('a length of time is told in steps that do not tick, and never as more than it is', () => {
  const told = (ms: number) => calmDuration(ms) / minute;
  expect([0, 19, 89].map((minutes) => told(minutes * minute))).toEqual([10, 10, 80]);
  expect([1.6, 9.9, 11.9].map((hours) => told(hours * hour) / 60)).toEqual([1, 9, 11]);
  expect([14.9, 23.9].map((hours) => told(hours * hour) / 60)).toEqual([12, 21]);
});

test('a number keeps the digits that are shown of it', () => {
  expect([1_234_567, 0, 99.99, -5.4321].map(calmNumber)).toEqual([1_230_000, 0, 100, -5.43]);
});
