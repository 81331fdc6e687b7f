import { describe, expect, test } from 'vitest';
import { createTileTimes, type TileTimes } from '#server/engine/tile-times.ts';
import type { TileLevel } from '#shared/level.ts';
import { minute, noon, second } from '#test/builders/time.ts';

const hour = 60 * minute;

/** Judges each second from `from` on for `ms`; returns the last since. */
function watch(times: TileTimes, level: TileLevel, from: number, ms: number, oldest: number | null = null): number {
  let since = NaN;
  for (let at = from; at <= from + ms; at += second) since = times.since('nodes', level, at, () => oldest);
  return since;
}

function restarted(times: TileTimes): TileTimes {
  return createTileTimes(JSON.parse(JSON.stringify(times.kept())) as ReturnType<TileTimes['kept']>);
}

describe('since when a tile has its level', () => {
  test('is when it turned, or as long as its oldest finding stands where nobody had looked before', () => {
    expect(watch(createTileTimes(undefined), 'ok', noon, minute)).toBe(noon);
    expect(watch(createTileTimes(undefined), 'bad', noon, minute, noon - hour)).toBe(noon - hour);
    const times = createTileTimes(undefined);
    watch(times, 'ok', noon, minute);
    expect(watch(times, 'bad', noon + 2 * minute - minute + second, minute, noon - hour)).toBe(noon + minute + second);
  });

  test('goes on over a restart while it has the same level', () => {
    const times = createTileTimes(undefined);
    watch(times, 'bad', noon, minute);
    expect(watch(restarted(times), 'bad', noon + 3 * hour, minute)).toBe(noon);
  });

  test('goes on over the unknown of a start, and is then that of the start itself', () => {
    for (const level of ['ok', 'warn', 'bad', 'absent'] as const) {
      const times = createTileTimes(undefined);
      watch(times, level, noon, minute);
      const after = restarted(times);
      expect(watch(after, 'unknown', noon + hour, 20 * second)).toBe(noon + hour);
      expect(watch(after, level, noon + hour + 21 * second, minute), level).toBe(noon);
    }
  });

  test('of what was fine begins anew after it could not be seen, but not right after a start', () => {
    const times = createTileTimes(undefined);
    watch(times, 'ok', noon, 5 * minute);
    watch(times, 'unknown', noon + 5 * minute + second, 20 * second);
    const back = noon + 5 * minute + 22 * second;
    expect(watch(times, 'ok', back, second)).toBe(back);
    const after = restarted(times);
    watch(after, 'unknown', noon + hour, 3 * minute);
    expect(watch(after, 'ok', noon + hour + 3 * minute + second, second)).toBe(noon + hour + 3 * minute + second);
  });

  test('of what was bad or a warning goes on however long it could not be seen, and over restarts meanwhile', () => {
    const times = createTileTimes(undefined);
    watch(times, 'warn', noon, minute);
    watch(times, 'unknown', noon + minute + second, hour);
    const after = restarted(times);
    expect(watch(after, 'unknown', noon + 3 * hour, minute)).toBe(noon + minute + second);
    expect(watch(after, 'warn', noon + 3 * hour + minute + second, minute)).toBe(noon);
  });

  test('of what turned while nobody could see is that of its oldest finding, and not before it was last seen otherwise', () => {
    const times = createTileTimes(undefined);
    watch(times, 'ok', noon, minute);
    watch(times, 'unknown', noon + minute + second, 10 * minute);
    const seen = noon + 12 * minute;
    expect(watch(times, 'bad', seen, second, noon + 5 * minute)).toBe(noon + 5 * minute);
    const other = createTileTimes(undefined);
    watch(other, 'ok', noon, minute);
    watch(other, 'unknown', noon + minute + second, 10 * minute);
    expect(watch(other, 'bad', seen, second, noon - hour)).toBe(noon + minute + second);
    const off = createTileTimes(undefined);
    watch(off, 'ok', noon, minute);
    expect(watch(restarted(off), 'bad', noon + hour, second, noon + 30 * minute)).toBe(noon + 30 * minute);
  });

  test('begins anew with another level after the unknown', () => {
    const times = createTileTimes(undefined);
    watch(times, 'bad', noon, minute);
    watch(times, 'unknown', noon + minute + second, minute);
    const back = noon + 3 * minute;
    expect(watch(times, 'warn', back, second)).toBe(back);
  });

  test('is never later than now, also after the clock was three days ahead', () => {
    const times = createTileTimes(undefined);
    watch(times, 'bad', noon + 72 * hour, minute);
    expect(watch(times, 'bad', noon, second)).toBe(noon);
  });

  test('is not read from what another version has kept', () => {
    const kept = { version: 99, subjects: { nodes: { level: 'bad', since: 1 } } };
    expect(createTileTimes(kept).since('nodes', 'bad', noon, () => null)).toBe(noon);
  });

  test('is written only after a level has turned', () => {
    const times = createTileTimes(undefined);
    watch(times, 'ok', noon, minute);
    expect([times.turned(), times.turned()]).toEqual([true, false]);
    const kept = times.kept();
    watch(times, 'ok', noon + minute, minute);
    expect([times.turned(), times.kept() === kept]).toEqual([false, true]);
  });
});
