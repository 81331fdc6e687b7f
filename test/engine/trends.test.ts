import { expect, test } from 'vitest';
import { createTrends } from '#server/engine/trends.ts';
import { createClusterMemory } from '#server/history/history-memory.ts';
import type { SeriesStore } from '#server/history/history.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';
import { nodeCheck } from './small-wall.ts';

/** A store with a value each 15 s for 40 min before noon, and how often its trends were read. */
function filled() {
  let now = noon;
  const { series } = createClusterMemory(() => now);
  for (let at = noon - 40 * minute; at <= noon; at += 15 * second) record(at, 1);
  function record(at: number, value: number): void {
    now = at;
    series.record(at, [
      { series: 'nodes/a', value, lasting: false },
      { series: 'nodes/b', value, lasting: false },
    ]);
  }
  let reads = 0;
  const store: SeriesStore = {
    leftOut: 0,
    record: (at, samples) => series.record(at, samples),
    read: () => null,
    names: () => [],
    sums: () => new Map(),
    trends(names, from) {
      reads += 1;
      return series.trends(names, from);
    },
  };
  return { store, record, reads: () => reads };
}

let names = ['nodes/a'];
const check = nodeCheck('nodes/full', { trends: { windowMs: hour, series: () => names } });

test('a trend is read once a minute and reaches until now', () => {
  names = ['nodes/a'];
  const { store, record, reads } = filled();
  const trends = createTrends(() => store);
  const points = trends.of(check, aSnapshot())('nodes/a');
  expect(points.map(({ value }) => value)).toEqual(Array<number>(points.length).fill(1));
  expect(noon - points.at(-1)!.at).toBeLessThanOrEqual(5 * minute);
  for (let at = noon + 15 * second; at <= noon + 59 * second; at += 15 * second) {
    record(at, 9);
    trends.of(check, aSnapshot({ now: at }))('nodes/a');
  }
  expect(reads()).toBe(1);
  record(noon + minute, 9);
  const later = trends.of(check, aSnapshot({ now: noon + minute }))('nodes/a');
  expect([reads(), later.at(-1)!.value > 1]).toEqual([2, true]);
});

test('a series that is new to a check is read at once, and what it does not name is not', () => {
  names = ['nodes/a'];
  const { store, reads } = filled();
  const trends = createTrends(() => store);
  trends.of(check, aSnapshot())('nodes/a');
  names = ['nodes/a', 'nodes/b'];
  const later = trends.of(check, aSnapshot({ now: noon + second }));
  expect(later('nodes/b').length).toBeGreaterThan(5);
  expect([later('nodes/none'), reads()]).toEqual([[], 2]);
  for (let i = 2; i < 20; i += 1) trends.of(check, aSnapshot({ now: noon + i * second }))('nodes/none');
  expect(reads()).toBe(2);
});

test('of another history nothing is left', () => {
  names = ['nodes/a'];
  const { store, reads } = filled();
  const trends = createTrends(() => store);
  trends.of(check, aSnapshot())('nodes/a');
  trends.clear();
  trends.of(check, aSnapshot())('nodes/a');
  expect(reads()).toBe(2);
});

test('a check that compares with nothing has no trend, and asks nobody', () => {
  const { store, reads } = filled();
  expect(createTrends(() => store).of(nodeCheck('nodes/other'), aSnapshot())('nodes/a')).toEqual([]);
  expect(reads()).toBe(0);
});
