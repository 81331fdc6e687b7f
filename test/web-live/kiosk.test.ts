import { describe, expect, test } from 'vitest';

import { placeAfter } from '#web/live/kiosk.ts';
import { dimmingOf, readNight } from '#web/live/night.ts';

describe('the place of the picture', () => {
  const places = Array.from({ length: 23 * 31 }, (_, i) => placeAfter(i));

  test('never leaves the margin', () => {
    expect(Math.max(...places.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]))).toBe(4);
  });

  test('moves by a pixel or two, so that nobody sees it', () => {
    const steps = places
      .slice(1)
      .map(({ x, y }, i) => Math.max(Math.abs(x - places[i]!.x), Math.abs(y - places[i]!.y)));
    expect(Math.max(...steps)).toBeLessThanOrEqual(2);
  });

  test('is not left out anywhere: in half a day the picture has stood everywhere', () => {
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(81);
  });
});

describe('the night', () => {
  const evening = Date.UTC(2026, 4, 5, 20, 30);

  test('goes by the hours of the zone of the wall, across midnight', () => {
    const night = readNight('?kiosk');
    expect(dimmingOf(evening, 'UTC', night, 'ok', false)).toBe('none');
    expect(dimmingOf(evening, 'Europe/Amsterdam', night, 'ok', false)).toBe('deep');
    expect(dimmingOf(evening + 10 * 3_600_000, 'UTC', night, 'ok', false), 'at 06:30').toBe('none');
  });

  test('never hides what is bad or that there is no contact', () => {
    const night = readNight('?kiosk&night=0-24');
    expect(dimmingOf(evening, 'UTC', night, 'bad', false)).toBe('none');
    expect(dimmingOf(evening, 'UTC', night, 'ok', true)).toBe('none');
    expect(dimmingOf(evening, 'UTC', night, 'warn', false)).toBe('some');
    expect(dimmingOf(evening, 'UTC', night, 'unknown', false)).toBe('some');
  });

  test.each([
    ['?night=21-7', { from: 21, to: 7 }],
    ['?night=0-0', { from: 0, to: 0 }],
    ['?night=25-7', { from: 22, to: 6 }],
    ['?night=late', { from: 22, to: 6 }],
    ['', { from: 22, to: 6 }],
  ])('%s is read as %j', (search, night) => {
    expect(readNight(search)).toEqual(night);
  });

  test('can be switched off', () => {
    expect(dimmingOf(Date.UTC(2026, 4, 5, 0, 30), 'UTC', readNight('?night=0-0'), 'ok', false)).toBe('none');
  });
});
