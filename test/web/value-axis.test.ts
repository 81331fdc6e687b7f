import { expect, test } from 'vitest';

import { valueAxis } from '#web/parts/value-axis.ts';
import { limitWords, pointWords, tickWords } from '#web/parts/value-words.ts';

test('per cent go to 100, so that half full looks half full', () => {
  expect(valueAxis('percent', 12, [])).toMatchObject({ max: 100, step: 25 });
});

test.each([
  ['bytes', 1.9e9, ['0 B', '500 MB', '1 GB', '1.5 GB', '2 GB']],
  ['ms', 31, ['0 ms', '10 ms', '20 ms', '30 ms', '40 ms']],
  ['ms', 1_400, ['0 ms', '500 ms', '1 s', '1.5 s']],
  ['ms', 7_200_000, ['0 ms', '30 min', '60 min', '90 min', '2 h', '2.5 h']],
  ['count', 4, ['0', '1', '2', '3', '4', '5']],
  ['count', 0, ['0', '1']],
  ['cores', 0.9, ['0', '0.5', '1']],
] as const)('an axis of %s up to %d has marks that people write', (unit, highest, marks) => {
  const { max, step } = valueAxis(unit, highest, []);
  const all = Array.from({ length: Math.round(max / step) + 1 }, (_, i) => tickWords(unit, i * step));
  expect(all).toEqual(marks);
});

test('a limit far above all that was measured does not press the line flat, a near one is shown', () => {
  const limits = [{ level: 'warn' as const, value: 1_000 }];
  expect(valueAxis('ms', 12, limits)).toMatchObject({ max: 15, limits: [] });
  const near = valueAxis('ms', 700, limits);
  expect(near.limits).toEqual(limits);
  expect(near.max).toBeGreaterThan(1_000);
});

test('a point is told with what it was at least and at most, a gap as a gap', () => {
  expect(pointWords('ms', [0, 9, 12, 31])).toBe('12 ms on average, 9 ms to 31 ms');
  expect(pointWords('ms', [0, 12, 12, 12])).toBe('12 ms');
  expect(pointWords('bytes', [0, null, null, null])).toBe('nothing measured');
  expect(limitWords('percent', { level: 'bad', value: 90 })).toBe('failing from 90 %');
});
