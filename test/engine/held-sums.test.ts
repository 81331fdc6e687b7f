import { beforeEach, expect, test } from 'vitest';
import { createHeldSums } from '#server/engine/held-sums.ts';
import { drain } from '#server/engine/turn.ts';
import { createClusterMemory } from '#server/history/history-memory.ts';
import type { SeriesStore } from '#server/history/history.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';

let now: number;
let store: SeriesStore;
/** What was asked of the store: how many series, over how many minutes up to the last edge. */
let asked: [series: number, minutes: number][];

/** A store with `count` series of the last three hours, that tells what it was asked. */
function filled(count = 1): SeriesStore {
  const { series } = createClusterMemory(() => now);
  for (let at = noon - 3 * hour; at <= now; at += 15 * second) recordAll(series, at, count);
  const of = (name: 'record' | 'read' | 'trends' | 'names') => series[name].bind(series) as never;
  return {
    leftOut: 0,
    ...{ record: of('record'), read: of('read'), trends: of('trends'), names: of('names') },
    sums(names, edges) {
      asked.push([names.length, (edges.at(-1)! - edges[0]!) / minute]);
      return series.sums(names, edges);
    },
  };
}
function recordAll(into: Pick<SeriesStore, 'record'>, at: number, count = 1): void {
  const samples = Array.from({ length: count }, (_, i) => ({ series: `s|Host/${i}`, value: 100, lasting: false }));
  into.record(at, samples);
}
/** Half hours up to the one that runs. */
const edges = () => {
  const end = (Math.floor(now / (30 * minute)) + 1) * 30 * minute;
  return [-4, -3, -2, -1, 0].map((half) => end + half * 30 * minute);
};
const read = (held: ReturnType<typeof createHeldSums>, of = store, names = ['s|Host/0']) =>
  drain(held.read(of, names, edges(), now));
const counts = (found: ReturnType<typeof read>) => found.get('s|Host/0')?.map(({ count }) => count);

beforeEach(() => {
  now = noon + 10 * minute;
  asked = [];
  store = filled();
});

test('what has gone by is read once, what runs each time', () => {
  const held = createHeldSums();
  expect(counts(read(held))).toEqual([120, 120, 120, 41]);
  now += minute;
  for (let i = 3; i >= 0; i -= 1) recordAll(store, now - i * 15 * second);
  expect(counts(read(held))).toEqual([120, 120, 120, 45]);
  expect(asked).toEqual([
    [1, 120],
    [1, 30],
  ]);
});

test('a part is read once more after it has ended, and then no more', () => {
  const held = createHeldSums();
  read(held);
  now = noon + 32 * minute;
  read(held);
  now += minute;
  read(held);
  expect(asked.map(([, minutes]) => minutes)).toEqual([120, 60, 30]);
});

test('many series are read in pieces: few at once where much is read of each', () => {
  now = noon + 10 * minute;
  store = filled(25);
  const held = createHeldSums();
  const names = Array.from({ length: 25 }, (_, i) => `s|Host/${i}`);
  const month = [noon - 30 * 24 * hour, noon, noon + hour];
  expect(drain(held.read(store, names, month, now)).size).toBe(25);
  expect(Math.max(...asked.map(([count]) => count))).toBe(2);
  asked = [];
  drain(held.read(store, names, month, now + minute));
  expect(asked.map(([count]) => count)).toEqual([10, 10, 5]);
});

test('of another history, and of series that are let go, nothing is held', () => {
  const held = createHeldSums();
  read(held);
  expect(counts(read(held, filled()))).toEqual([120, 120, 120, 41]);
  held.keep(new Set());
  read(held);
  expect(asked.map(([, minutes]) => minutes)).toEqual([120, 120, 120]);
});

test('what there is not is left out', () => {
  expect(read(createHeldSums(), store, ['s|Host/none']).size).toBe(0);
});
