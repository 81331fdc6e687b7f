import { resolutions, sampleMs } from './history.ts';
import { cellsOf, cellsOfSamples, emptyCells, floatsOf, folded, putBetter, type Cells } from './series-cells.ts';
import { chunkTables, seriesRoom, ticksOfHour, type ChunkTable, type Statements } from './series-tables.ts';
import type { RunningHour } from './series-ticks.ts';

const [quarterMinutes, fiveMinutes, hours] = chunkTables;
const samplesOfFive = resolutions[1].stepMs / resolutions[0].stepMs;
const fivesOfHour = resolutions[2].stepMs / resolutions[1].stepMs;

/** The chunk of a series that was written, null if there is none. */
export function readChunk(statements: Statements, table: ChunkTable, chunk: number, id: number): Uint8Array | null {
  const row = statements.of(`SELECT body FROM ${table.name} WHERE id = ?`).get(chunk * seriesRoom + id);
  return (row?.['body'] as Uint8Array | undefined) ?? null;
}

/** Writes the chunk of a series, in place of what was there. */
export function writeChunk(statements: Statements, table: ChunkTable, chunk: number, id: number, body: Uint8Array) {
  const sql = `INSERT OR REPLACE INTO ${table.name} (id, body) VALUES (?, ?)`;
  statements.of(sql).run(chunk * seriesRoom + id, body);
}

/** The first chunk from `chunk` on of which anything was written of any series, null if there is none. */
export function nextChunk(statements: Statements, { name }: ChunkTable, chunk: number): number | null {
  const id = statements.number(`SELECT id FROM ${name} WHERE id >= ? ORDER BY id LIMIT 1`, chunk * seriesRoom);
  return id === null ? null : Math.floor(id / seriesRoom);
}

/** The chunks of which anything was written and that touch the time from `from` to `to` (epoch ms), oldest first. */
export function chunksWithin(
  statements: Statements,
  { name, chunkMs }: ChunkTable,
  from: number,
  to: number,
): number[] {
  // From the first row of one chunk to that of the next: a few hundred look-ups in one statement.
  const next = (least: string) => `(SELECT id FROM ${name} WHERE id >= ${least} ORDER BY id LIMIT 1)`;
  const rows = statements
    .of(
      `WITH RECURSIVE first (id) AS (SELECT ${next('?1')} UNION ALL
         SELECT ${next(`(first.id / ${seriesRoom} + 1) * ${seriesRoom}`)} FROM first WHERE first.id < ?2)
       SELECT id FROM first WHERE id < ?2`,
    )
    .all(Math.max(0, Math.floor(from / chunkMs)) * seriesRoom, (Math.floor(to / chunkMs) + 1) * seriesRoom);
  return rows.map(({ id }) => Math.floor(Number(id) / seriesRoom));
}

/** A span of time (epoch ms, both included) of the history of one cluster, and what there is of it. */
export interface Span {
  to: number;
  runningHour: number | null;
  /** The chunks of each table within the span, oldest first, the running hour too. */
  chunks: readonly [quarterMinutes: readonly number[], fiveMinutes: readonly number[], hours: readonly number[]];
}

/** What there is of a span of time. */
export function spanOf(statements: Statements, runningHour: number | null, from: number, to: number): Span {
  const kept = chunkTables.map((table) => chunksWithin(statements, table, from, to));
  const [written = [], days = [], sixes = []] = kept;
  const runs =
    runningHour !== null &&
    (runningHour + 1) * quarterMinutes.chunkMs > from &&
    runningHour * quarterMinutes.chunkMs <= to;
  const all = runs ? merged(written, [runningHour]) : written;
  const allDays = merged(
    days,
    all.map((hour) => parentOf(hour, quarterMinutes, fiveMinutes)),
  );
  return {
    to,
    runningHour,
    chunks: [
      all,
      allDays,
      merged(
        sixes,
        allDays.map((day) => parentOf(day, fiveMinutes, hours)),
      ),
    ],
  };
}

function merged(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].toSorted((one, other) => one - other);
}

/** The chunk of the coarser table that a chunk is in. */
export function parentOf(chunk: number, of: ChunkTable, into: ChunkTable): number {
  return Math.floor((chunk * of.chunkMs) / into.chunkMs);
}

/** What is known of one series, coarser chunks put together of finer ones where those have not been folded yet. */
export class SeriesChunks {
  #statements: Statements;
  #span: Span;
  #id: number;
  #running: { places: readonly number[]; samples: Float32Array };

  /** `running`: what the series measured in the running hour, `index` its place among the slots that were asked for. */
  constructor(statements: Statements, span: Span, id: number, running: RunningHour, index: number) {
    this.#statements = statements;
    this.#span = span;
    this.#id = id;
    this.#running = { places: running.places, samples: running.samples[index] ?? new Float32Array(0) };
  }

  /** The samples of an hour, NaN where nothing was measured or what was lies after the span's end. */
  samples(hour: number): Float32Array {
    const body = readChunk(this.#statements, quarterMinutes, hour, this.#id);
    const samples = new Float32Array(ticksOfHour).fill(NaN);
    if (body !== null) samples.set(floatsOf(body).subarray(0, ticksOfHour));
    if (hour === this.#span.runningHour) {
      for (const place of this.#running.places) samples[place] = this.#running.samples[place] ?? NaN;
    }
    // A clock that was ahead has left values for a time that is yet to come.
    const known = Math.floor(this.#span.to / sampleMs) - hour * ticksOfHour + 1;
    return known < ticksOfHour ? samples.fill(NaN, Math.max(0, known)) : samples;
  }

  /** A day by five minutes. */
  fives(day: number): Cells {
    const cells = this.#written(fiveMinutes, day);
    for (const hour of this.#span.chunks[0]) {
      if (parentOf(hour, quarterMinutes, fiveMinutes) !== day) continue;
      putBetter(cells, (hour % 24) * fivesOfHour, cellsOfSamples(this.samples(hour), samplesOfFive));
    }
    return cells;
  }

  /** Six days by the hour. */
  hours(sixDays: number): Cells {
    const cells = this.#written(hours, sixDays);
    for (const day of this.#span.chunks[1]) {
      if (parentOf(day, fiveMinutes, hours) !== sixDays) continue;
      putBetter(cells, (day % 6) * 24, folded(this.fives(day), fivesOfHour));
    }
    return cells;
  }

  #written(table: ChunkTable, chunk: number): Cells {
    const body = readChunk(this.#statements, table, chunk, this.#id);
    return body === null ? emptyCells(table.length) : cellsOf(body, table.length);
  }
}
