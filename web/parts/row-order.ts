import type { AreaRow, Column } from '#shared/area-rows.ts';
import { byWorst } from '#shared/level.ts';
import { byKey, sortKey } from './cell.ts';
import { levelWords } from './words.ts';

/** A column of the table by which it is sorted; null: the worst first. */
export type Sorting = { column: Column; down: boolean } | null;

/** How the subject of a row is called: in the area's own words, which stand in its first column if that holds text. */
export function nameOf({ subject, cells }: AreaRow, naming: Column | undefined): string {
  const own = naming === undefined ? undefined : cells[naming.key];
  if (own !== undefined && own !== null && own !== '') return String(own);
  return subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
}

/** What the next tap on a column does: upwards, downwards, then the worst first again. */
export function nextSorting(before: Sorting, column: Column): Sorting {
  if (before?.column.key !== column.key) return { column, down: false };
  return before.down ? null : { column, down: true };
}

/** The rows in order. Those that are equal keep the order they came in. */
export function sortRows(rows: readonly AreaRow[], sorting: Sorting, naming: Column | undefined): AreaRow[] {
  if (sorting === null) return rows.toSorted((a, b) => byWorst(a.level, b.level));
  const { column, down } = sorting;
  const value = (row: AreaRow) => (column.key === naming?.key ? nameOf(row, naming) : row.cells[column.key]);
  const keyed = rows.map((row) => ({ row, key: sortKey(value(row), column.type) }));
  const compare = byKey(down);
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ row }) => row);
}

/** The rows in which every word of `wanted` occurs: in the name, in a cell of text or in the word of the level. */
export function filterRows(rows: readonly AreaRow[], wanted: string): readonly AreaRow[] {
  const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return rows;
  return rows.filter(({ subject, level, cells }) => {
    const texts = Object.values(cells).filter((cell) => typeof cell === 'string');
    const text = [subject.namespace, subject.name, levelWords[level], ...texts].join(' ').toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
