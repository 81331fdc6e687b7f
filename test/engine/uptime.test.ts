import { expect, test } from 'vitest';
import { uptimeOf } from '#server/engine/uptime.ts';
import type { Stretch } from '#shared/history.ts';
import { day, hour, noon } from '#test/builders/time.ts';

const percentOf = (...stretches: Stretch[]) => uptimeOf(stretches, noon).map(({ percent }) => percent);

test('uptime is how much of the time in which the level was known was not bad, over 24 h, 7 d and 30 d', () => {
  const stretches: Stretch[] = [
    { level: 'ok', from: noon - 4 * day, to: noon - 12 * hour },
    { level: 'bad', from: noon - 12 * hour, to: noon - 6 * hour },
    { level: 'warn', from: noon - 6 * hour, to: null },
  ];
  expect(uptimeOf(stretches, noon)).toEqual([
    { windowMs: day, percent: 75, watchedMs: day, badMs: 6 * hour, unknownMs: 0 },
    { windowMs: 7 * day, percent: 93.75, watchedMs: 4 * day, badMs: 6 * hour, unknownMs: 0 },
    { windowMs: 30 * day, percent: 93.75, watchedMs: 4 * day, badMs: 6 * hour, unknownMs: 0 },
  ]);
});

test('unknown counts as neither up nor down, and a gap as nothing', () => {
  const [first] = uptimeOf(
    [
      { level: 'ok', from: noon - 20 * hour, to: noon - 18 * hour },
      { level: 'unknown', from: noon - 18 * hour, to: noon - 8 * hour },
      { level: 'bad', from: noon - 2 * hour, to: null },
    ],
    noon,
  );
  expect(first).toEqual({ windowMs: day, percent: 50, watchedMs: 4 * hour, badMs: 2 * hour, unknownMs: 10 * hour });
});

test('nothing is told of what was never watched, and the future does not count', () => {
  expect(percentOf()).toEqual([null, null, null]);
  expect(percentOf({ level: 'absent', from: noon - day, to: null })).toEqual([null, null, null]);
  expect(percentOf({ level: 'unknown', from: noon - day, to: null })).toEqual([null, null, null]);
  expect(percentOf({ level: 'bad', from: noon + hour, to: noon + 2 * hour })).toEqual([null, null, null]);
  expect(percentOf({ level: 'ok', from: noon - hour, to: noon + hour })).toEqual([100, 100, 100]);
});
