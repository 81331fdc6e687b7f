import { render } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import type { Uptime as Share } from '#shared/history.ts';
import Uptime from '#web/parts/Uptime.svelte';
import { uptimePercent, uptimeWords } from '#web/parts/uptime-words.ts';
import { hour, minute } from './fixtures.ts';

const day = 24 * hour;
const share = (windowMs: number, watchedMs: number, badMs = 0, unknownMs = 0): Share => ({
  windowMs,
  percent: watchedMs === 0 ? null : (100 * (watchedMs - badMs)) / watchedMs,
  watchedMs,
  badMs,
  unknownMs,
});

test.each([
  [100, '100 %'],
  [99.9999, '99.99 %'],
  [99.98, '99.98 %'],
  [99, '99 %'],
  [97.16, '97.1 %'],
  [0, '0 %'],
])('%d is told as %s, never better than it was', (percent, said) => {
  expect(uptimePercent(percent)).toBe(said);
});

describe('in words', () => {
  test('a window that was watched whole is its share alone', () => {
    expect(uptimeWords(share(day, day))).toBe('100 %');
  });

  test('what was not watched or not known counts for nothing and is told', () => {
    expect(uptimeWords(share(7 * day, 6 * day + 3 * hour, hour, 2 * hour))).toBe(
      '99.31 % of 6 d 3 h watched · failing for 1 h · unknown for 2 h',
    );
  });

  test('a window that nobody watched has no share', () => {
    expect(uptimeWords(share(day, 0))).toBe('not watched');
    expect(uptimeWords(share(day, 0, 0, day))).toBe('not watched · unknown for 1 d');
  });
});

describe('in the heading', () => {
  const shown = (...uptime: Share[]) => {
    const { container } = render(Uptime, { props: { uptime } });
    return [...container.querySelectorAll('p')].map((one) => one.textContent);
  };

  test('each window that was watched whole is named', () => {
    expect(shown(share(day, day, 36 * minute), share(7 * day, 7 * day), share(30 * day, 30 * day))).toEqual([
      '97.5 %24 h',
      '100 %7 d',
      '100 %30 d',
    ]);
  });

  test('a young wall says how much it has watched, and says it once', () => {
    const young = 6 * day + 3 * hour;
    expect(shown(share(day, day), share(7 * day, young), share(30 * day, young))).toEqual([
      '100 %24 h',
      '100 %of 6 d 3 h watched',
    ]);
  });

  test('of less than an hour nothing is claimed', () => {
    expect(shown(share(day, 40 * minute), share(7 * day, 40 * minute))).toEqual([]);
  });
});
