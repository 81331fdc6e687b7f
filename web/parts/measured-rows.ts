import type { AreaMeasured, AreaRow, Column } from '#shared/area-rows.ts';
import { subjectId } from '#shared/finding.ts';

/** The rows with what was measured of them in their cells, by which they are sorted: of a small line its usual value. */
export function withMeasured(
  rows: readonly AreaRow[],
  columns: readonly Column[],
  measured: AreaMeasured['rows'] | null,
): readonly AreaRow[] {
  const keys = columns.filter((column) => column.measured !== undefined).map(({ key }) => key);
  if (measured === null || keys.length === 0) return rows;
  return rows.map((row) => {
    const cells = measured[subjectId(row.subject)] ?? {};
    const values = keys.map((key) => {
      const cell = cells[key] ?? null;
      return [key, typeof cell === 'object' ? (cell?.usual ?? null) : cell] as const;
    });
    return { ...row, cells: { ...row.cells, ...Object.fromEntries(values) } };
  });
}
