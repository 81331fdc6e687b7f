import { describe, expect, test } from 'vitest';

import type { Stretch } from '#shared/history.ts';
import { monthStrip, stripSlots, upToNow, weekStrip } from '#web/parts/strip-slots.ts';
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

test('a half hour most of which nobody watched is a gap, unless something was wrong in it', () => {
  const seen = (level: Stretch['level']): Stretch => ({ level, from: now - 90 * minute, to: now - 80 * minute });
  expect(stripSlots([seen('ok'), ok(now - hour, null)], now)[45]).toBeNull();
  expect(stripSlots([seen('bad'), ok(now - hour, null)], now)[45]).toBe('bad');
});

test('a wall that has just begun shows the present and nothing else', () => {
  const slots = stripSlots([ok(now - 2 * minute, null)], now - minute);
  expect(slots.at(-1)).toBe('ok');
  expect(slots.slice(0, -1)).toEqual(Array(47).fill(null));
});

test.each([
  ['week', weekStrip, 7],
  ['month', monthStrip, 30],
])('a %s is cut into slots that make up all of it', (_, scale, days) => {
  expect(scale.count * scale.slotMs).toBe(days * 24 * hour);
  expect(stripSlots([ok(0, null)], now, scale)).toEqual(Array(scale.count).fill('ok'));
});

describe('the level that the board has now', () => {
  const present = { level: 'bad', from: now - minute } as const;

  test('takes the place of what the past said of the same time', () => {
    expect(upToNow([ok(now - hour, null)], present, now)).toEqual([
      ok(now - hour, now - minute),
      { ...present, to: null },
    ]);
  });

  test('does not fill the gap in which the wall was off, though it is the level from before', () => {
    const told = [ok(now - 5 * hour, now - 3 * hour), ok(now - hour, null)];
    expect(upToNow(told, { level: 'ok', from: now - 40 * hour }, now)).toEqual(told);
    const turned = upToNow(told, { level: 'bad', from: now - 40 * hour }, now);
    expect(turned).toEqual([told[0], { level: 'bad', from: now - hour, to: null }]);
  });

  test('stands for itself alone while nothing is told of the past', () => {
    const slots = stripSlots(upToNow([], { level: 'ok', from: now - 40 * hour }, now), now);
    expect(slots.filter((slot) => slot !== null)).toEqual(['ok']);
    expect(slots.at(-1)).toBe('ok');
  });

  test('is not known any more since there is no contact', () => {
    const lost = now - 10 * minute;
    expect(upToNow([ok(now - hour, null)], { level: 'ok', from: now - hour }, now, lost)).toEqual([
      ok(now - hour, lost),
      { level: 'unknown', from: lost, to: null },
    ]);
  });
});
