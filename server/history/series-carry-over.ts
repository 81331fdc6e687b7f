import type { DatabaseSync } from 'node:sqlite';
import { mostSeries } from './history.ts';
import { beginSeries, freeSlot, loadBook, type Book } from './series-book.ts';
import { cellsOf, bytesOf, floatsOf, putBetter } from './series-cells.ts';
import { readChunk, writeChunk } from './series-chunks.ts';
import { chunkTables, seriesRoom, Statements, ticksOfHour, type ChunkTable } from './series-tables.ts';
import { readRunningHour } from './series-ticks.ts';

const [quarterMinutes] = chunkTables;

// Read in parts, so that weeks that were kept in memory are not there twice.
const rowsAtOnce = 200;

/**
 * As `HistoryPart.carryOver`, to be called within a transaction on `to`: what `from` holds of any cluster is put to what stands in
 * `to`, which stays where both have something. Series for which `to` has no room stay behind.
 */
export function carryOverSeries(from: DatabaseSync, to: DatabaseSync): void {
  const [source, target] = [new Statements(from), new Statements(to)];
  const clusters = source.of('SELECT name FROM clusters').all() as { name: string }[];
  const idOf = new Map<number, number>();
  for (const { name } of clusters) {
    const [before, after] = [loadBook(source, name, false), loadBook(target, name, true)];
    if (before === null || after === null) continue;
    bringSeries(target, before, after, idOf);
    bringRunningHour(source, target, before, idOf);
  }
  for (const table of chunkTables) bringChunks(source, target, table, idOf);
}

function bringSeries(target: Statements, before: Book, after: Book, idOf: Map<number, number>): void {
  for (const { id, name, seenTick, lasting } of before.series.values()) {
    const slot = freeSlot(after);
    let known = after.series.get(name);
    if (known === undefined && slot !== null && after.series.size < mostSeries) {
      known = beginSeries(target, after, { series: name, lasting }, slot, seenTick);
    }
    if (known !== undefined) idOf.set(id, known.id);
  }
}

function bringRunningHour(
  source: Statements,
  target: Statements,
  before: Book,
  idOf: ReadonlyMap<number, number>,
): void {
  if (before.hour === null) return;
  const all = [...before.series.values()];
  const { samples } = readRunningHour(
    source,
    before,
    all.map(({ slot }) => slot),
  );
  all.forEach(({ id }, i) => {
    const to = idOf.get(id);
    if (to !== undefined) putChunk(target, quarterMinutes, before.hour!, to, bytesOf(samples[i]!));
  });
}

function bringChunks(
  source: Statements,
  target: Statements,
  table: ChunkTable,
  idOf: ReadonlyMap<number, number>,
): void {
  const next = source.of(`SELECT id, body FROM ${table.name} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`);
  let last = -1;
  for (;;) {
    const rows = next.all(last) as { id: number; body: Uint8Array }[];
    if (rows.length === 0) return;
    for (const { id, body } of rows) {
      const to = idOf.get(id % seriesRoom);
      if (to !== undefined) putChunk(target, table, Math.floor(id / seriesRoom), to, body);
      last = id;
    }
  }
}

/** Puts what `body` has to the chunk that stands there, which stays. */
function putChunk(target: Statements, table: ChunkTable, chunk: number, id: number, body: Uint8Array): void {
  const before = readChunk(target, table, chunk, id);
  if (before === null) return writeChunk(target, table, chunk, id, body);
  if (table !== quarterMinutes) {
    const cells = cellsOf(before, table.length);
    putBetter(cells, 0, cellsOf(body, table.length));
    return writeChunk(target, table, chunk, id, cells.bytes);
  }
  const whole = new Float32Array(ticksOfHour).fill(NaN);
  whole.set(floatsOf(before).subarray(0, ticksOfHour));
  floatsOf(body).forEach((value, i) => {
    if (Number.isNaN(whole[i] ?? NaN)) whole[i] = value;
  });
  writeChunk(target, table, chunk, id, bytesOf(whole));
}
