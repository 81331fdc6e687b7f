import { describe, expect, test } from 'vitest';

import type { Stretch } from '#shared/history.ts';
import { lengthWords } from '#web/parts/length-words.ts';
import { pastRuns } from '#web/parts/past-runs.ts';
import { stripWords } from '#web/parts/strip-words.ts';
import { hour, minute, second } from './fixtures.ts';

// 20:41 in Amsterdam.
const now = Date.UTC(2026, 4, 5, 18, 41);
const from = now - 24 * hour;
const context = { now, timeZone: 'Europe/Amsterdam' };
const at = (hours: number, minutes = 0) => Date.UTC(2026, 4, 5, hours - 2, minutes);
const words = (...stretches: [Stretch['level'], number, number | null][]) =>
  stripWords(
    stretches.map(([level, begin, end]) => ({ level, from: begin, to: end })),
    from,
    context,
  );

describe('a strip in words', () => {
  test('is good all the time if nothing was wrong', () => {
    expect(words(['ok', from - hour, null])).toBe('good all the time');
    expect(words(['notice', from - hour, null])).toBe('good all the time');
  });

  test('tells when it failed and when nobody watched', () => {
    expect(
      words(
        ['ok', from, at(2)],
        ['ok', at(3), at(3, 10)],
        ['bad', at(3, 10), at(3, 50)],
        ['ok', at(3, 50), at(9)],
        ['unknown', at(9), at(11, 30)],
        ['ok', at(11, 30), null],
      ),
    ).toBe('failing for 40 min at 03:10, unknown 09:00 to 11:30, not watched 02:00 to 03:00');
  });

  test('names the day where it was not today', () => {
    const begin = at(22) - 24 * hour;
    expect(words(['ok', from, begin], ['warn', begin, begin + 10 * minute], ['ok', begin + 10 * minute, null])).toBe(
      'warning for 10 min at Mon 22:00',
    );
  });

  test('tells what lasts, and what lasted when the strip begins', () => {
    expect(words(['ok', from, at(20, 35)], ['bad', at(20, 35), null])).toBe('failing since 20:35');
    expect(words(['bad', from - hour, null])).toBe('failing all the time');
    expect(words(['ok', at(15), null])).toBe('not watched until 15:00');
    expect(words()).toBe('not watched all the time');
  });

  test('counts what came often instead of naming it each time', () => {
    const flapping = Array.from({ length: 20 }, (_, i): [Stretch['level'], number, number][] => [
      ['bad', at(10) + i * 10 * minute, at(10) + i * 10 * minute + 3 * minute],
      ['ok', at(10) + i * 10 * minute + 3 * minute, at(10) + (i + 1) * 10 * minute],
    ]).flat();
    expect(words(['ok', from, at(10)], ...flapping, ['ok', at(10) + 200 * minute, null])).toBe(
      'failing 20 times, together 1 h, last at 13:10',
    );
  });

  test('passes over a restart of the wall', () => {
    expect(words(['ok', from, at(9)], ['ok', at(9) + 20 * second, null])).toBe('good all the time');
    expect(words(['bad', at(9), at(9, 20)], ['bad', at(9, 20) + 20 * second, null])).toBe(
      'failing since 09:00, not watched until 09:00',
    );
  });
});

test('what ends before it begins, or lies after now, is nothing', () => {
  const odd: Stretch[] = [
    { level: 'ok', from, to: now },
    { level: 'bad', from: now - hour, to: now - 2 * hour },
    { level: 'bad', from: now + hour, to: null },
  ];
  expect(pastRuns(odd, from, now)).toEqual([]);
});

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [40 * minute, '40 min'],
  [6 * hour + 10 * minute, '6 h 10 min'],
  [2 * hour, '2 h'],
  [6 * 24 * hour + 3.9 * hour, '6 d 3 h'],
  [30 * 24 * hour, '30 d'],
])('%d ms are %s', (ms, said) => {
  expect(lengthWords(ms)).toBe(said);
});
