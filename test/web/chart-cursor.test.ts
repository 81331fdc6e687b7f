import { expect, test } from 'vitest';

import type { HistoryPoint } from '#shared/history.ts';
import { afterKey, marksAt, nearestPoint } from '#web/parts/chart-cursor.ts';
import { chartRows } from '#web/parts/chart-rows.ts';
import { gapsOf } from '#web/parts/draw-band.ts';
import { fullestFirst, orderSeries, subjectsOf } from '#web/parts/series-order.ts';
import { answerArea } from './fixtures.ts';
import { certificatesGood } from './scene-certificates.ts';
import { volumeEmptied } from './scene-storage.ts';

const points = Array.from({ length: 50 }, (_, i): HistoryPoint => [1_000 + i * 10, i - 1, i, i + 1]);
const marks = [
  { at: 1_104, text: 'nuc0 rebooted' },
  { at: 1_300, text: 'nuc0 is back' },
];

test('the arrows go from point to point, beginning at the newest, and never beyond the ends', () => {
  expect(afterKey('ArrowLeft', null, points, [])).toBe(49);
  expect(afterKey('ArrowLeft', 49, points, [])).toBe(48);
  expect(afterKey('ArrowRight', 49, points, [])).toBe(49);
  expect(afterKey('Home', 20, points, [])).toBe(0);
  expect(afterKey('ArrowLeft', 0, points, [])).toBe(0);
  expect(afterKey('End', 0, points, [])).toBe(49);
});

test('page up and down go from moment to moment, and in big steps where there are none', () => {
  expect(afterKey('PageDown', 49, points, marks)).toBe(30);
  expect(afterKey('PageDown', 30, points, marks)).toBe(10);
  expect(afterKey('PageUp', 10, points, marks)).toBe(30);
  expect(afterKey('PageDown', 49, points, [])).toBe(44);
});

test('other keys move nothing, nor does any key where there is nothing', () => {
  expect(afterKey('Tab', 3, points, marks)).toBeNull();
  expect(afterKey('toString', 3, points, marks)).toBeNull();
  expect(afterKey('ArrowLeft', null, [], [])).toBeNull();
});

test('a place between two points is that of the nearer one, a moment belongs to the point whose time it is in', () => {
  expect(nearestPoint(points, 1_026)).toBe(3);
  expect(nearestPoint(points, 0)).toBe(0);
  expect(nearestPoint(points, 9_999)).toBe(49);
  expect(nearestPoint([], 5)).toBeNull();
  expect(marksAt(points, marks, 10).map(({ text }) => text)).toEqual(['nuc0 rebooted']);
  expect(marksAt(points, marks, 11)).toEqual([]);
});

test('a table has at most 24 rows, each with the least, the average and the most of its time', () => {
  const rows = chartRows(points);
  expect(rows.length).toBeLessThanOrEqual(24);
  expect(rows[0]).toEqual([1_000, -1, 1, 3]);
  expect(chartRows([[5, null, null, null]])).toEqual([[5, null, null, null]]);
});

test('time without figures between figures is a gap; what was before the first or is not over yet is none', () => {
  const of = (text: string) =>
    [...text].map((letter, i): HistoryPoint => (letter === '-' ? [i, null, null, null] : [i, 1, 1, 1]));
  expect(gapsOf(of('--x--x-'))).toEqual([{ from: 3, to: 4 }]);
  expect(gapsOf(of('x---'))).toEqual([{ from: 1, to: 3 }]);
  expect(gapsOf(of('----'))).toEqual([]);
});

test('series of findings come first, then those of the whole area, then by subject in the order of people', () => {
  const named = (series: string) => ({ series, title: '', unit: 'count' as const, area: 'nodes' as const });
  const known = ['nodes/ready', 'nodes/cpu|Node/nuc10', 'nodes/cpu|Node/nuc2', 'nodes/disk|Node/nuc2'].map(named);
  const ordered = orderSeries(['nodes/disk|Node/nuc2', 'nodes/gone|Node/x'], known);
  expect(ordered).toEqual([
    'nodes/disk|Node/nuc2',
    'nodes/gone|Node/x',
    'nodes/ready',
    'nodes/cpu|Node/nuc2',
    'nodes/cpu|Node/nuc10',
  ]);
  expect(subjectsOf(ordered)).toEqual(['Node/nuc2', 'Node/nuc10', 'Node/x']);
});

test('among many claims the worst come first, then the fullest, then those of which nothing is known', () => {
  const scene = volumeEmptied(0);
  const leading = fullestFirst(answerArea(scene, 'storage'));
  const claims = ['git/gitea-data', 'media/photos', 'lab/scratch', 'db/postgres-0', 'home/zigbee2mqtt'];
  const subjects = claims.map((claim) => `PersistentVolumeClaim/${claim}`);
  expect(leading).toEqual(subjects);
  const series = ['storage/used', ...subjects.toReversed().map((subject) => `storage/used|${subject}`)];
  const gone = 'storage/used|PersistentVolumeClaim/a/gone';
  const known = [gone, ...series].map((each) => ({
    series: each,
    title: '',
    unit: 'bytes' as const,
    area: 'storage' as const,
  }));
  const photos = 'storage/used|PersistentVolumeClaim/media/photos';
  const ordered = orderSeries([photos], known, leading);
  const others = subjects.map((subject) => `storage/used|${subject}`).filter((each) => each !== photos);
  expect(ordered).toEqual([photos, 'storage/used', ...others, gone]);
  expect(subjectsOf(ordered, leading)).toEqual([...subjects, 'PersistentVolumeClaim/a/gone']);
  expect(fullestFirst(answerArea(certificatesGood(0), 'certificates'))).toEqual([]);
});
