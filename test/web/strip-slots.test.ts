import { describe, expect, test } from 'vitest';

import type { Stretch } from '#shared/history.ts';
import { stripSlots, upToNow, uptime } from '#web/parts/strip-slots.ts';
import { hour, minute } from './fixtures.ts';

const now = 1_700_000_000_000 - (1_700_000_000_000 % hour);
const ok = (from: number, to: number | null): Stretch => ({ level: 'ok', from, to });

describe('the strip', () => {
  test('has 48 half hours, the last one ending now', () => {
    const slots = stripSlots([ok(now - 24 * hour, null)], now);
    expect(slots).toHaveLength(48);
    expect(new Set(slots)).toEqual(new Set(['ok']));
  });

  test('shows the worst of a half hour, however short it was', () => {
    const bad: Stretch = { level: 'bad', from: now - 50 * minute, to: now - 49 * minute };
    const slots = stripSlots([ok(now - 24 * hour, bad.from), bad, ok(now - 49 * minute, null)], now);
    expect(slots.indexOf('bad')).toBe(46);
    expect(slots.filter((slot) => slot === 'bad')).toHaveLength(1);
  });

  test('a half hour that was blind for less than half of it is as it was seen', () => {
    const blind = (ms: number): Stretch => ({ level: 'unknown', from: now - 30 * minute, to: now - 30 * minute + ms });
    const seen = (ms: number) => [ok(now - 24 * hour, now - 30 * minute), blind(ms), ok(now - 30 * minute + ms, null)];
    expect(stripSlots(seen(10 * minute), now).at(-1)).toBe('ok');
    expect(stripSlots(seen(20 * minute), now).at(-1)).toBe('unknown');
  });

  test('a half hour that ends blind is unknown, however short that is', () => {
    const blind: Stretch = { level: 'unknown', from: now - minute, to: null };
    expect(stripSlots([ok(now - hour, now - minute), blind], now).at(-1)).toBe('unknown');
  });

  test('where nobody watched there is a gap, not green', () => {
    const slots = stripSlots([ok(now - 6 * hour, now - 3 * hour), ok(now - 1 * hour, null)], now);
    expect(slots.slice(0, 36)).toEqual(Array(36).fill(null));
    expect(slots.slice(36, 42)).toEqual(Array(6).fill('ok'));
    expect(slots.slice(42, 46)).toEqual(Array(4).fill(null));
    expect(slots.slice(46)).toEqual(['ok', 'ok']);
  });

  test('stands still within a half hour', () => {
    const bad: Stretch = { level: 'bad', from: now - 3 * hour, to: now - 2.5 * hour };
    const early = stripSlots([bad], now + 1 * minute);
    const late = stripSlots([bad], now + 29 * minute);
    expect(late).toEqual(early);
  });
});

test('the present level takes the place of what the past said of the same time', () => {
  const present: Stretch = { level: 'bad', from: now - minute, to: null };
  expect(upToNow([ok(now - hour, null)], present)).toEqual([ok(now - hour, now - minute), present]);
});

describe('uptime', () => {
  test('is the share of the time watched that was not bad', () => {
    const bad: Stretch = { level: 'bad', from: now - 1 * hour, to: null };
    expect(uptime([ok(now - 4 * hour, now - hour), bad], now - 24 * hour, now)).toEqual({
      percent: 75,
      watchedMs: 4 * hour,
    });
  });

  test('time that was blind counts for nothing', () => {
    const blind: Stretch = { level: 'unknown', from: now - 2 * hour, to: null };
    expect(uptime([ok(now - 3 * hour, now - 2 * hour), blind], now - 24 * hour, now)).toEqual({
      percent: 100,
      watchedMs: hour,
    });
  });
});
