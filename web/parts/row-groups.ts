import type { AreaRow, Column } from '#shared/area-rows.ts';
import { byWorst } from '#shared/level.ts';

/** Rows that stand together under a name; "" for those without one. */
export interface RowGroup {
  name: string;
  rows: readonly AreaRow[];
}

/** The rows by group, in the order in which the first of each comes; at least one group, be it of no rows. */
export function groupRows(rows: readonly AreaRow[], column: Column | undefined): RowGroup[] {
  if (column === undefined || rows.length === 0) return [{ name: '', rows }];
  return [...Map.groupBy(rows, (row) => groupOf(row, column))].map(([name, of]) => ({ name, rows: of }));
}

/** Rows that are in order already, with those of one group together: the group with the worst first, those that are alike by name. */
export function orderGroups(rows: readonly AreaRow[], column: Column | undefined): readonly AreaRow[] {
  if (column === undefined) return rows;
  const worst = (of: readonly AreaRow[]) => of.map(({ level }) => level).toSorted(byWorst)[0] ?? 'ok';
  return groupRows(rows, column)
    .map((group) => ({ ...group, level: worst(group.rows) }))
    .toSorted(
      (a, b) =>
        byWorst(a.level, b.level) || Number(a.name === '') - Number(b.name === '') || (a.name < b.name ? -1 : 1),
    )
    .flatMap((group) => group.rows);
}

function groupOf({ cells }: AreaRow, { key }: Column): string {
  return String(cells[key] ?? '');
}
