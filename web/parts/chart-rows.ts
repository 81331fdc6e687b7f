import type { HistoryPoint } from '#shared/history.ts';

/** As many rows as a person reads. */
const mostRows = 24;

/** The points in at most 24 parts of the same length, oldest first: begin, minimum, average and maximum of each. */
export function chartRows(points: readonly HistoryPoint[]): HistoryPoint[] {
  const size = Math.max(1, Math.ceil(points.length / mostRows));
  const rows: HistoryPoint[] = [];
  for (let first = 0; first < points.length; first += size) {
    const row = together(points.slice(first, first + size));
    if (row !== null) rows.push(row);
  }
  return rows;
}

function together(points: readonly HistoryPoint[]): HistoryPoint | null {
  const [first] = points;
  if (first === undefined) return null;
  const [mins, averages, maxs] = [1, 2, 3].map((part) =>
    points.map((point) => point[part]).filter((value) => typeof value === 'number'),
  ) as [number[], number[], number[]];
  if (averages.length === 0) return [first[0], null, null, null];
  const average = averages.reduce((sum, value) => sum + value, 0) / averages.length;
  return [first[0], Math.min(...mins), average, Math.max(...maxs)];
}
