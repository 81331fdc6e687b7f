import { cellsOf, cellsOfSamples, emptyCells, floatsOf, folded, putBetter, type Cells } from './series-cells.ts';
import { nextChunk, parentOf, readChunk, writeChunk } from './series-chunks.ts';
import { chunkTables, seriesRoom, type ChunkTable, type Statements } from './series-tables.ts';

// So many are a few milliseconds of work, and in the 24 hours of a day enough for as many series as there may be.
const seriesAtOnce = 50;

/** Chunks that become coarser: those `of` one table within one chunk of the table `into`. */
export interface Folding {
  of: ChunkTable;
  into: ChunkTable;
  /** Nothing that ends after this is folded, epoch ms. */
  before: number;
  /** Fold what of a coarser chunk has gone, rather than wait until all of it has: to make room. */
  early: boolean;
}

/**
 * Folds the oldest chunks of some series into the coarser table and deletes them; a few milliseconds of work. Returns how many
 * series that were, 0 if nothing is old enough. Whatever is folded again later (a clock that was set back) is put to what is
 * there already.
 */
export function foldOldest(statements: Statements, { of, into, before, early }: Folding): number {
  const oldest = nextChunk(statements, of, 0);
  if (oldest === null) return 0;
  const parent = parentOf(oldest, of, into);
  const ended = early ? (oldest + 1) * of.chunkMs : (parent + 1) * into.chunkMs;
  if (ended > before) return 0;
  const last = Math.min((parent + 1) * (into.chunkMs / of.chunkMs), Math.floor(before / of.chunkMs)) - 1;
  const cells = new Map(seriesOf(statements, of, oldest).map((id) => [id, cellsIn(statements, into, parent, id)]));
  // Chunk by chunk, since what is of the same time lies side by side in the file.
  for (let chunk = oldest; chunk <= last; chunk += 1) foldChunk(statements, { of, into }, chunk, cells);
  for (const [id, { bytes }] of cells) writeChunk(statements, into, parent, id, bytes);
  return cells.size;
}

function foldChunk(
  statements: Statements,
  { of, into }: Pick<Folding, 'of' | 'into'>,
  chunk: number,
  cells: ReadonlyMap<number, Cells>,
): void {
  const take = statements.of(`DELETE FROM ${of.name} WHERE id = ? RETURNING body`);
  for (const [id, whole] of cells) {
    const body = take.get(chunk * seriesRoom + id)?.['body'];
    if (!(body instanceof Uint8Array)) continue;
    const coarser = coarserCells(body, of, into);
    putBetter(whole, (chunk % (into.chunkMs / of.chunkMs)) * coarser.count.length, coarser);
  }
}

/** The first series of which this chunk was written. */
function seriesOf(statements: Statements, { name }: ChunkTable, chunk: number): number[] {
  const rows = statements
    .of(`SELECT id FROM ${name} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?`)
    .all(chunk * seriesRoom, (chunk + 1) * seriesRoom, seriesAtOnce) as { id: number }[];
  return rows.map(({ id }) => id % seriesRoom);
}

function cellsIn(statements: Statements, table: ChunkTable, chunk: number, id: number): Cells {
  const body = readChunk(statements, table, chunk, id);
  return body === null ? emptyCells(table.length) : cellsOf(body, table.length);
}

function coarserCells(body: Uint8Array, of: ChunkTable, into: ChunkTable): Cells {
  const per = into.stepMs / of.stepMs;
  if (of !== chunkTables[0]) return folded(cellsOf(body, of.length), per);
  const samples = new Float32Array(of.length).fill(NaN);
  samples.set(floatsOf(body).subarray(0, of.length));
  return cellsOfSamples(samples, per);
}
