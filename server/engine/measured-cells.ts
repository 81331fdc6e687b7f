import type { AreaMeasured, Column, Spark } from '#shared/area-rows.ts';
import type { MeasuredSum, SeriesStore } from '#server/history/history.ts';
import type { HeldSums } from './held-sums.ts';
import type { Turn } from './turn.ts';

const fiveMinutesMs = 300_000;
const hourMs = 3_600_000;
/** As many points as a small line has room for. */
const sparkPoints = 48;
/** A longer window is told if so much more was measured in it: else it would say what a shorter one says, as if it knew more. */
const moreThanShorter = 1.05;

type MeasuredColumn = Column & Required<Pick<Column, 'measured'>>;
type Rows = AreaMeasured['rows'];

/** The cells of these columns for each of the subjects (`Host/git.example`), in pieces of a few ms. */
export function* measureCells(
  columns: readonly Column[],
  subjects: readonly string[],
  from: { store: SeriesStore; held: HeldSums; now: number },
): Turn<Rows> {
  const rows: Rows = {};
  const known = new Set(from.store.names());
  const measured = columns.filter((column): column is MeasuredColumn => column.measured !== undefined);
  const series = ({ measured: { series: of } }: MeasuredColumn) => of;
  const uptimes = Map.groupBy(
    measured.filter(({ type }) => type === 'uptime'),
    series,
  );
  const put = (subject: string, key: string, cell: number | Spark | null) => {
    if (cell !== null) (rows[subject] ??= {})[key] = cell;
  };
  const used = new Set<string>();
  const read = function* (of: string, edges: readonly number[]) {
    const names = subjects.map((subject) => `${of}|${subject}`).filter((name) => known.has(name));
    for (const name of names) used.add(name);
    return yield* from.held.read(from.store, names, edges, from.now);
  };
  for (const [of, windows] of uptimes) {
    const longestFirst = windows.toSorted((a, b) => b.measured.windowMs - a.measured.windowMs);
    const sums = yield* read(of, uptimeEdges(longestFirst, from.now));
    for (const [name, parts] of sums) {
      uptimesOf(parts).forEach((cell, i) => put(subjectOf(name), longestFirst[i]!.key, cell));
    }
  }
  for (const column of measured.filter(({ type }) => type === 'spark')) {
    const sums = yield* read(column.measured.series, sparkEdges(column.measured.windowMs, from.now));
    for (const [name, parts] of sums) put(subjectOf(name), column.key, sparkOf(parts));
  }
  from.held.keep(used);
  return rows;
}

/** Each window begins with a whole hour, so that what was read of it serves for an hour. */
function uptimeEdges(longestFirst: readonly MeasuredColumn[], now: number): number[] {
  const hour = Math.floor(now / hourMs) * hourMs;
  return [...longestFirst.map(({ measured }) => hour - measured.windowMs), hour, hour + hourMs];
}

/** Percents of the windows, the longest first, of the parts between their edges. */
function uptimesOf(parts: readonly MeasuredSum[]): (number | null)[] {
  const cells: (number | null)[] = [];
  const all = { sum: 0, count: 0, told: 0 };
  for (let i = parts.length - 1; i >= 0; i -= 1) {
    all.sum += parts[i]!.sum;
    all.count += parts[i]!.count;
    // The running hour belongs to the shortest window.
    if (i === parts.length - 1) continue;
    const tells = all.count > 0 && all.count >= all.told * moreThanShorter;
    cells.unshift(tells ? percentOf(all) : null);
    if (tells) all.told = all.count;
  }
  return cells;
}

/** In thousandths, never rounded up: 100 is told only if nothing was missed. */
function percentOf({ sum, count }: { sum: number; count: number }): number {
  return Math.floor((1_000 * sum) / count) / 1_000;
}

function sparkEdges(windowMs: number, now: number): number[] {
  const stepMs = Math.ceil(windowMs / sparkPoints / fiveMinutesMs) * fiveMinutesMs;
  const end = (Math.floor(now / stepMs) + 1) * stepMs;
  return Array.from({ length: sparkPoints + 1 }, (_, i) => end - (sparkPoints - i) * stepMs);
}

function sparkOf(parts: readonly MeasuredSum[]): Spark | null {
  const points = parts.map(({ sum, count }) => (count === 0 ? null : shortened(sum / count)));
  const measured = points.filter((point) => point !== null).toSorted((a, b) => a - b);
  const usual = measured[Math.floor((measured.length - 1) / 2)];
  if (usual === undefined) return null;
  const [least, most] = [Math.min(...parts.map(({ min }) => min)), Math.max(...parts.map(({ max }) => max))];
  return { points, least: shortened(least), usual, most: shortened(most) };
}

/** Three digits are more than a small line shows. */
function shortened(value: number): number {
  return Number(value.toPrecision(3));
}

function subjectOf(series: string): string {
  return series.slice(series.indexOf('|') + 1);
}
