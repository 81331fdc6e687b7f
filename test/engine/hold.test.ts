import { describe, expect, test } from 'vitest';
import { holdOn, isWaiting, restingHold, type Hold, type KnownLevel } from '#server/engine/hold.ts';

/** Verdicts one second apart, held for `forMs`; what counts after each. */
function counted(levels: KnownLevel[], forMs: number, hold: Hold = restingHold, calmsMs = forMs): KnownLevel[] {
  return levels.map((level) => {
    hold = holdOn(hold, level, 1_000, { forMs, calmsMs });
    return hold.counted;
  });
}

describe('holding', () => {
  test('without a holding time every verdict counts at once', () => {
    expect(counted(['bad', 'ok', 'notice', 'warn'], 0)).toEqual(['bad', 'ok', 'notice', 'warn']);
  });

  test('a verdict counts once it has held, in both directions', () => {
    expect(counted(['bad', 'bad', 'bad', 'ok', 'ok', 'ok'], 2_000)).toEqual(['ok', 'ok', 'bad', 'bad', 'bad', 'ok']);
  });

  test('what calms sooner than it begins is over after its own time', () => {
    expect(counted(['bad', 'bad', 'bad', 'bad', 'ok', 'ok'], 3_000, restingHold, 1_000)).toEqual([
      ...['ok', 'ok', 'ok', 'bad'],
      ...['bad', 'ok'],
    ]);
  });

  test('flapping counts neither way', () => {
    expect(counted(['bad', 'ok', 'bad', 'ok', 'bad', 'ok'], 2_000)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  });

  test('between warn and bad it is at least a warning all the while', () => {
    expect(counted(['bad', 'warn', 'bad', 'warn'], 2_000)).toEqual(['ok', 'ok', 'warn', 'warn']);
  });

  test('getting worse and getting better go through the levels that have held', () => {
    expect(counted(['warn', 'bad', 'bad', 'bad', 'warn', 'ok', 'ok', 'ok'], 2_000)).toEqual([
      'ok',
      'ok',
      'warn',
      'bad',
      'bad',
      'bad',
      'warn',
      'ok',
    ]);
  });

  test('time that it has been so by its own clock counts when it is first seen', () => {
    const hold = holdOn(restingHold, 'bad', 0, { forMs: 60_000, calmsMs: 60_000 }, 120_000);
    expect(hold.counted).toBe('bad');
    expect(isWaiting(hold)).toBe(false);
  });

  test('nothing waits once the verdict is what counts', () => {
    const times = { forMs: 2_000, calmsMs: 2_000 };
    const waiting = holdOn(restingHold, 'bad', 0, times);
    expect(isWaiting(waiting)).toBe(true);
    expect(isWaiting(holdOn(waiting, 'ok', 1_000, times))).toBe(false);
  });
});
