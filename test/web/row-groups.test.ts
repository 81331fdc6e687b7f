import { expect, test } from 'vitest';

import type { AreaRow, Column } from '#shared/area-rows.ts';
import type { Level } from '#shared/level.ts';
import { withMeasured } from '#web/parts/measured-rows.ts';
import { groupRows, orderGroups } from '#web/parts/row-groups.ts';
import { sortRows } from '#web/parts/row-order.ts';

const group: Column = { key: 'group', title: 'Group', type: 'group' };
const measured = { series: 's', unit: 'percent' as const, windowMs: 1 };
const uptime: Column = { key: 'up', title: 'Up', type: 'uptime', measured };
const spark: Column = { key: 'spark', title: 'Line', type: 'spark', measured: { ...measured, unit: 'ms' } };
const row = (name: string, of: string | null, level: Level = 'ok'): AreaRow => ({
  subject: { kind: 'Host', name },
  level,
  cells: { group: of },
  verdicts: [],
});
const names = (rows: readonly AreaRow[]) => rows.map(({ subject }) => subject.name).join(' ');

test('the group with the worst row comes first, those that are alike by name, rows without a group after them', () => {
  const rows = [row('e', null, 'warn'), row('d', 'B', 'warn'), row('a', null), row('b', 'B'), row('c', 'A', 'bad')];
  expect(names(orderGroups(rows, group))).toBe('c d b e a');
  expect(groupRows(orderGroups(rows, group), group).map(({ name }) => name)).toEqual(['A', 'B', '']);
});

test('without such a column nothing is put together, and no rows are one empty group', () => {
  const rows = [row('b', 'B'), row('a', 'A'), row('c', 'B')];
  expect(orderGroups(rows, undefined)).toBe(rows);
  expect(groupRows(rows, undefined)).toEqual([{ name: '', rows }]);
  expect(groupRows([], group)).toEqual([{ name: '', rows: [] }]);
});

test('rows are sorted by what was measured, a small line by its usual value; what is not known stands last', () => {
  const rows = ['a', 'b', 'c'].map((name) => row(name, null));
  const line = { points: [1], least: 1, usual: 9, most: 99 };
  const told = { 'Host/a': { up: 100, spark: line }, 'Host/b': { up: 99.99, spark: { ...line, usual: 3 } } };
  const whole = withMeasured(rows, [group, uptime, spark], told);
  expect(names(sortRows(whole, { column: uptime, down: false }, undefined))).toBe('b a c');
  expect(names(sortRows(whole, { column: uptime, down: true }, undefined))).toBe('a b c');
  expect(names(sortRows(whole, { column: spark, down: false }, undefined))).toBe('b a c');
  expect(withMeasured(rows, [group], told)).toBe(rows);
  expect(withMeasured(rows, [uptime], null)).toBe(rows);
});
