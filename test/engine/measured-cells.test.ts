import { expect, test } from 'vitest';
import { defineSeries } from '#server/engine/define-series.ts';
import { createHeldSums } from '#server/engine/held-sums.ts';
import { measureCells } from '#server/engine/measured-cells.ts';
import { sparkColumn, uptimeColumns } from '#server/engine/measured-columns.ts';
import { drain } from '#server/engine/turn.ts';
import { createClusterMemory } from '#server/history/history-memory.ts';
import type { Spark } from '#shared/area-rows.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';

const rule = (series: 'services/reachable' | 'services/latency', unit: 'percent' | 'ms') =>
  defineSeries({ series, unit, title: () => series, needs: [], read: () => [] });
const columns = [
  { key: 'name', title: 'Service', type: 'text' as const },
  ...uptimeColumns(rule('services/reachable', 'percent')),
  sparkColumn(rule('services/latency', 'ms'), 'Latency 24 h'),
];
const git = 'Host/git.example';
const now = noon + 10 * minute;

/** The cells of git.example after `value` was measured each 15 s from `from` on; null is nothing. */
function cellsOf(series: string, from: number, value: (at: number) => number | null, subjects = [git]) {
  let at = from;
  const { series: store } = createClusterMemory(() => at);
  for (; at <= now; at += 15 * second) {
    const measured = value(at);
    if (measured !== null) store.record(at, [{ series: `${series}|${git}`, value: measured, lasting: false }]);
  }
  at = now;
  return drain(measureCells(columns, subjects, { store, held: createHeldSums(), now }));
}
const reachable = (from: number, value: (at: number) => number | null) =>
  cellsOf('services/reachable', from, value)[git];

test('what was never missed is 100, in each window that knows more than a shorter one', () => {
  expect(reachable(now - 2 * day, () => 100)).toEqual({ up24h: 100, up7d: 100 });
  expect(reachable(now - 3 * hour, () => 100)).toEqual({ up24h: 100 });
});

test('one miss in two days is not 100 of either, and 24 h that saw none are', () => {
  const missed = noon - 30 * hour;
  const cells = reachable(now - 2 * day, (at) => (at === missed ? 0 : 100));
  expect(cells?.['up24h']).toBe(100);
  expect(cells?.['up7d']).toBe(99.991);
});

test('a part of the time is the share of all samples, whenever nobody watched', () => {
  // Up for an hour, off for ten, then down for a quarter of an hour of two.
  const cells = reachable(noon - 13 * hour, (at) => {
    if (at < noon - 12 * hour) return 100;
    if (at < noon - 2 * hour) return null;
    return at < noon - 2 * hour + 15 * minute ? 0 : 100;
  });
  const samples = 240 + 480 + 41;
  expect(cells).toEqual({ up24h: Math.floor((1e5 * (samples - 60)) / samples) / 1_000 });
});

test('the small line has 48 points of half an hour, with gaps where nothing was measured', () => {
  const cells = cellsOf('services/latency', now - 20 * hour, (at) => {
    if (at > noon - 6 * hour && at < noon - 4 * hour) return null;
    return at === noon - 3 * hour ? 1_234.56 : 31.4159;
  });
  const { points, ...rest } = cells[git]?.['spark'] as Spark;
  expect(points).toHaveLength(48);
  expect(rest).toEqual({ least: 31.4, usual: 31.4, most: 1_230 });
  // The running half hour is the last; of the gap the first half hour holds one value.
  expect(points.slice(-12, -8).map((point) => point === null)).toEqual([true, true, true, false]);
  expect(points.filter((point) => point === null)).toHaveLength(7 + 3);
  expect(points.at(-1)).toBe(31.4);
});

test('rows of which nothing was measured have no cells, and what is no row is not told', () => {
  expect(cellsOf('services/reachable', now - hour, () => 100, ['Service/git/gitea'])).toEqual({});
  expect(reachable(now - hour, () => null)).toBeUndefined();
});
