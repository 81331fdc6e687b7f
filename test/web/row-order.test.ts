import { expect, test } from 'vitest';

import type { AreaRow, Column } from '#shared/area-rows.ts';
import { filterRows, nameOf, nextSorting, sortRows, type Sorting } from '#web/parts/row-order.ts';

const name: Column = { key: 'name', title: 'Node', type: 'text' };
const disk: Column = { key: 'disk', title: 'Disk', type: 'percent' };
const row = (called: string, level: AreaRow['level'], value: number | null): AreaRow => ({
  subject: { kind: 'Node', name: called },
  level,
  cells: { name: called, disk: value },
  verdicts: [],
});
const rows = [row('nuc10', 'ok', 40), row('nuc2', 'bad', null), row('nuc1', 'ok', 9), row('db', 'warn', 100)];
const names = (sorting: Sorting) => sortRows(rows, sorting, name).map((one) => nameOf(one, name));

test('the worst first, and those that are equal in the order they came in', () => {
  expect(names(null)).toEqual(['nuc2', 'db', 'nuc10', 'nuc1']);
});

test('by name, with the numbers in it by their size', () => {
  expect(names({ column: name, down: false })).toEqual(['db', 'nuc1', 'nuc2', 'nuc10']);
});

test('by a figure, upwards and downwards, what is not known last both times', () => {
  expect(names({ column: disk, down: false })).toEqual(['nuc1', 'nuc10', 'db', 'nuc2']);
  expect(names({ column: disk, down: true })).toEqual(['db', 'nuc10', 'nuc1', 'nuc2']);
});

test('a column goes up, down and then gives way to the worst first', () => {
  const up = nextSorting(null, disk);
  expect(up).toEqual({ column: disk, down: false });
  const down = nextSorting(up, disk);
  expect(down).toEqual({ column: disk, down: true });
  expect(nextSorting(down, disk)).toBeNull();
  expect(nextSorting(down, name)).toEqual({ column: name, down: false });
});

test('a search wants every word, in the name or in the word of the level', () => {
  const found = (wanted: string) => filterRows(rows, wanted).map((one) => nameOf(one, name));
  expect(found('NUC failing')).toEqual(['nuc2']);
  expect(found('nuc1')).toEqual(['nuc10', 'nuc1']);
  expect(found('elsewhere')).toEqual([]);
  expect(found('  ')).toHaveLength(4);
});

test('a subject without a name of its area is called by its namespace and name', () => {
  const pod = { ...row('x', 'ok', 1), subject: { kind: 'Pod', namespace: 'git', name: 'gitea-0' }, cells: {} };
  expect(nameOf(pod, name)).toBe('git/gitea-0');
});
