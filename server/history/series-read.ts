import { resolutions, type MeasuredSum, type SeriesPoints, type TrendPoint } from './history.ts';
import { addCell, addSample, emptySum } from './series-cells.ts';
import { nextChunk, SeriesChunks, spanOf, type Span } from './series-chunks.ts';
import { gridOf, partsOf, type Asked, type Grid } from './series-grid.ts';
import type { Book, KnownSeries } from './series-book.ts';
import { chunkTables, type Statements } from './series-tables.ts';
import { readRunningHour } from './series-ticks.ts';

/** The points of one series, none of them after `now`. */
export function readPoints(
  statements: Statements,
  book: Book,
  known: KnownSeries,
  asked: Asked,
  now: number,
): SeriesPoints {
  const grid = gridOf(asked, now, oldestOf(statements, book));
  const parts = partsOf(grid);
  if (grid.count > 0) fill(statements, book, known, grid, parts, now);
  return { step: grid.stepMs, points: parts.points() };
}

function fill(
  statements: Statements,
  book: Book,
  { id, slot }: KnownSeries,
  { resolution, firstAt, stepMs, count }: Grid,
  parts: ReturnType<typeof partsOf>,
  now: number,
): void {
  const span = spanOf(statements, book.hour, firstAt, Math.min(now, firstAt + count * stepMs - 1));
  const chunks = new SeriesChunks(statements, span, id, readRunningHour(statements, book, runs(span) ? [slot] : []), 0);
  const { chunkMs, stepMs: unit } = chunkTables[resolution];
  for (const chunk of span.chunks[resolution]) {
    const at = chunk * chunkMs;
    if (resolution === 0) {
      chunks.samples(chunk).forEach((value, i) => {
        const sum = parts.sum(at + i * unit);
        if (sum !== null) addSample(sum, value);
      });
      continue;
    }
    const cells = resolution === 1 ? chunks.fives(chunk) : chunks.hours(chunk);
    for (let i = 0; i < cells.count.length && at + i * unit <= span.to; i += 1) {
      const sum = parts.sum(at + i * unit);
      if (sum !== null) addCell(sum, cells, i);
    }
  }
}

/** The averages of five minutes of each of these series from `from` on (epoch ms), none after `now`; those without any are left out. */
export function readTrends(
  statements: Statements,
  book: Book,
  wanted: readonly KnownSeries[],
  from: number,
  now: number,
): Map<string, TrendPoint[]> {
  const { stepMs } = resolutions[1];
  const firstAt = Math.floor(Math.max(from, now - resolutions[1].keptMs) / stepMs) * stepMs;
  const span = spanOf(statements, book.hour, firstAt, now);
  const running = readRunningHour(statements, book, runs(span) ? wanted.map(({ slot }) => slot) : []);
  const found = new Map<string, TrendPoint[]>();
  wanted.forEach(({ id, name }, index) => {
    const chunks = new SeriesChunks(statements, span, id, running, index);
    const points = span.chunks[1].flatMap((day) => trendOf(chunks, day, firstAt, now));
    if (points.length > 0) found.set(name, points);
  });
  return found;
}

/** What was measured of each of these series between each of these times and the next, nothing after `now`. */
export function readSums(
  statements: Statements,
  book: Book,
  wanted: readonly KnownSeries[],
  edges: readonly number[],
  now: number,
): Map<string, MeasuredSum[]> {
  const [from = now] = edges;
  const to = Math.min(now, (edges.at(-1) ?? now) - 1);
  const span = spanOf(statements, book.hour, from, Math.max(from, to));
  const running = readRunningHour(statements, book, runs(span) ? wanted.map(({ slot }) => slot) : []);
  return new Map(
    wanted.map(({ id, name }, index) => {
      const sums = edges.slice(1).map(emptySum);
      addUp(new SeriesChunks(statements, span, id, running, index), span, edges, to, sums);
      return [name, sums];
    }),
  );
}

function addUp(chunks: SeriesChunks, span: Span, edges: readonly number[], to: number, sums: MeasuredSum[]): void {
  const { chunkMs, stepMs } = chunkTables[1];
  let part = 0;
  for (const day of span.chunks[1]) {
    const cells = chunks.fives(day);
    for (let i = 0; i < cells.count.length; i += 1) {
      const at = day * chunkMs + i * stepMs;
      if (at < (edges[0] ?? Infinity) || at > to) continue;
      while (at >= (edges[part + 1] ?? Infinity)) part += 1;
      addCell(sums[part]!, cells, i);
    }
  }
}

function trendOf(chunks: SeriesChunks, day: number, from: number, now: number): TrendPoint[] {
  const { average, count } = chunks.fives(day);
  const { chunkMs, stepMs } = chunkTables[1];
  const points: TrendPoint[] = [];
  for (let i = 0; i < count.length; i += 1) {
    const at = day * chunkMs + i * stepMs;
    if ((count[i] ?? 0) > 0 && at >= from && at <= now) points.push({ at, value: average[i] ?? NaN });
  }
  return points;
}

function runs({ runningHour, chunks }: Span): boolean {
  return runningHour !== null && chunks[0].includes(runningHour);
}

/** From when on (epoch ms) there is something of each resolution: what is finer can always be told more coarsely. */
function oldestOf(statements: Statements, { hour }: Book): number[] {
  let oldest = hour === null ? Infinity : hour * chunkTables[0].chunkMs;
  return chunkTables.map((table) => {
    const chunk = nextChunk(statements, table, 0);
    oldest = Math.min(oldest, chunk === null ? Infinity : chunk * table.chunkMs);
    return oldest;
  });
}
