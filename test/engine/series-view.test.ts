import { expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import { defineSeries } from '#server/engine/define-series.ts';
import { sparkColumn, uptimeColumns } from '#server/engine/measured-columns.ts';
import { createSeriesView } from '#server/engine/series-view.ts';
import { percent } from '#server/engine/setting.ts';
import { createClusterMemory } from '#server/history/history-memory.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { minute, noon } from '#test/builders/time.ts';
import { nodeCheck, nodesTile } from './small-wall.ts';

const full = nodeCheck('nodes/disk-full', { settings: { warn: percent(80, 'warn'), bad: percent(90, 'bad') } });
const disk = defineSeries({
  series: 'nodes/disk',
  unit: 'percent',
  title: (subject: Subject | null) => `Disk of ${subjectId(subject!)}`,
  needs: ['node'],
  read: () => [],
  limitsOf: 'nodes/disk-full',
});
const ready = defineSeries({
  series: 'nodes/ready',
  unit: 'count',
  title: () => 'Ready',
  needs: ['node'],
  read: () => [],
});

const tiles = [{ ...nodesTile(full), series: [disk, ready] }];
const view = createSeriesView(tiles, new Map<string, Check>([[full.check, full]]));

const { series: store } = createClusterMemory(() => noon + minute);
const names = ['nodes/disk|Node/nuc1', 'nodes/disk|Volume/media/data/1', 'nodes/ready', 'nodes/gone', 'workloads/cpu'];
store.record(
  noon,
  names.map((series) => ({ series, value: 50, lasting: false })),
);

const config = { timeZone: 'UTC', clusterName: 'homelab', checks: { 'nodes/disk-full': { warn: 70 } }, ignore: [] };
const read = (series: string) => view.read(store, config, { series, from: noon, to: noon + minute, points: 4 });

test('a series is told with its title, its unit, and the limits of its check as they are set', () => {
  expect(read('nodes/disk|Node/nuc1')).toMatchObject({
    series: 'nodes/disk|Node/nuc1',
    title: 'Disk of Node/nuc1',
    unit: 'percent',
    limits: [
      { level: 'warn', value: 70 },
      { level: 'bad', value: 90 },
    ],
  });
  expect(read('nodes/disk|Node/nuc1')?.points[0]).toEqual([noon, 50, 50, 50]);
  expect(read('nodes/disk|Volume/media/data/1')?.title).toBe('Disk of Volume/media/data/1');
  expect(read('nodes/ready')).not.toHaveProperty('limits');
});

test('there is none by a name that nobody has measured or no rule has, whatever a title is made of', () => {
  for (const series of ['nodes/disk', 'nodes/disk|Node/none', 'nodes/gone', '', 'constructor', '__proto__|a']) {
    expect(read(series), series).toBeNull();
  }
});

test('the series of an area are listed, those of the area as a whole first', () => {
  expect(view.names(store, 'nodes').map(({ series, title }) => [series, title])).toEqual([
    ['nodes/ready', 'Ready'],
    ['nodes/disk|Node/nuc1', 'Disk of Node/nuc1'],
    ['nodes/disk|Volume/media/data/1', 'Disk of Volume/media/data/1'],
  ]);
  expect(view.names(store, 'workloads')).toEqual([]);
});

test('of those that the rows show it is told how, so that their charts need not come first', () => {
  const columns = [...uptimeColumns(ready), sparkColumn(disk, 'Disk 24 h')];
  const inRows = createSeriesView([{ ...tiles[0]!, columns }], new Map()).names(store, 'nodes');
  expect(inRows.map(({ inRows: how }) => how)).toEqual(['uptime', 'spark', 'spark']);
  expect(view.names(store, 'nodes')[0]).not.toHaveProperty('inRows');
});

test('over any time its newest value is told as it was measured, and when', () => {
  const to = noon + 7 * 24 * 60 * minute;
  const counted = createClusterMemory(() => to).series;
  const measure = (at: number, value: number) => counted.record(at, [{ series: 'nodes/ready', value, lasting: false }]);
  for (let at = to - 90 * minute; at < to - 30 * minute; at += 15_000) measure(at, at < to - 40 * minute ? 2 : 3);
  for (const from of [to - 24 * 60 * minute, noon]) {
    const answer = view.read(counted, config, { series: 'nodes/ready', from, to, points: 100 });
    expect(answer?.last).toEqual({ at: to - 30 * minute - 15_000, value: 3 });
  }
  const before = view.read(counted, config, { series: 'nodes/ready', from: noon, to: noon + minute, points: 4 });
  expect(before).not.toHaveProperty('last');
});

test('one that is named before its first value is there and empty, if a rule measures such things', () => {
  expect(view.empty('nodes/disk|Node/new')).toEqual({
    series: 'nodes/disk|Node/new',
    title: 'Disk of Node/new',
    unit: 'percent',
    step: 15_000,
    points: [],
  });
  expect(view.empty('nodes/gone|Node/new')).toBeNull();
});
