import { expect, test } from 'vitest';
import { flattened } from '#server/history/flattened.ts';
import type { Stretch } from '#shared/history.ts';

const stretch = (level: Stretch['level'], from: number, to: number | null): Stretch => ({ level, from, to });

test('stretches that follow each other stay as they are', () => {
  const stretches = [stretch('ok', 0, 10), stretch('bad', 10, 20), stretch('ok', 30, null)];
  expect(flattened(stretches)).toEqual(stretches);
});

test('of two that overlap the one that began later counts while it lasts', () => {
  expect(flattened([stretch('ok', 0, null), stretch('bad', 5, 8)])).toEqual([
    stretch('ok', 0, 5),
    stretch('bad', 5, 8),
    stretch('ok', 8, null),
  ]);
  expect(flattened([stretch('ok', 0, 6), stretch('bad', 5, 8), stretch('warn', 7, null)])).toEqual([
    stretch('ok', 0, 5),
    stretch('bad', 5, 7),
    stretch('warn', 7, null),
  ]);
});

test('one that covers several others goes on after each', () => {
  expect(flattened([stretch('ok', 0, 20), stretch('bad', 2, 4), stretch('warn', 3, 6)])).toEqual([
    stretch('ok', 0, 2),
    stretch('bad', 2, 3),
    stretch('warn', 3, 6),
    stretch('ok', 6, 20),
  ]);
});
