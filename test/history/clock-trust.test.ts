import { beforeEach, describe, expect, test } from 'vitest';
import { createClockTrust, type ClockTrust } from '#server/history/clock-trust.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('a clock', () => {
  let clock: ClockTrust;
  let wall: number;
  let monotonic: number;

  beforeEach(() => {
    clock = createClockTrust();
    [wall, monotonic] = [Date.UTC(2026, 0, 1), 5_000];
    clock.look(wall, monotonic);
  });

  /** So much time passes on both, looked at each minute; gives whether the clock is believed in the end. */
  function pass(ms: number, perMinute = minute): boolean {
    let trusted = false;
    for (let passed = 0; passed < ms; passed += minute) {
      trusted = clock.look((wall += perMinute), (monotonic += minute));
    }
    return trusted;
  }

  test('is believed after an hour in which it went as the monotonic one', () => {
    expect(pass(59 * minute)).toBe(false);
    expect(pass(minute)).toBe(true);
    expect(pass(5 * hour)).toBe(true);
  });

  test.each([
    ['ahead', 3 * day],
    ['back', -3 * day],
    ['by some seconds', 6_000],
  ])('that jumps %s is not believed for an hour', (_, jump) => {
    pass(2 * hour);
    wall += jump;
    expect(pass(minute)).toBe(false);
    expect(pass(58 * minute)).toBe(false);
    expect(pass(2 * minute)).toBe(true);
  });

  test('that is adjusted gently for days is believed all along', () => {
    expect(pass(hour, minute + 30)).toBe(true);
    for (let i = 0; i < 72; i++) expect(pass(hour, minute + 30)).toBe(true);
  });

  test('that goes wrong all the time is never believed', () => {
    expect(pass(5 * hour, minute + 1_000)).toBe(false);
  });

  test('of a machine that slept is not believed for an hour', () => {
    pass(2 * hour);
    wall += 8 * hour;
    expect(pass(30 * minute)).toBe(false);
    expect(pass(31 * minute)).toBe(true);
  });
});
