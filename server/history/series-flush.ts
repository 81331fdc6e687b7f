import type { Book } from './series-book.ts';
import { saveSeen } from './series-book.ts';
import { bytesOf, floatsOf } from './series-cells.ts';
import { nextChunk, readChunk, writeChunk } from './series-chunks.ts';
import { chunkTables, ticksOfHour, type Statements } from './series-tables.ts';
import { readRunningHour } from './series-ticks.ts';

const [quarterMinutes] = chunkTables;

/**
 * Ends the running hour: what was measured in it becomes one chunk a series, and the next hour has the ticks' rows and all
 * slots for itself. To be called within the transaction that begins the next hour, so that it is done whole or not at all.
 */
export function flushHour(statements: Statements, book: Book): void {
  const { hour } = book;
  if (hour === null) return;
  const all = [...book.series.values()];
  const slots = all.map(({ slot }) => slot);
  const { places, samples } = readRunningHour(statements, book, slots);
  // A clock that was set back comes to an hour again that was flushed before.
  const again = nextChunk(statements, quarterMinutes, hour) === hour;
  all.forEach(({ id }, i) => {
    const measured = samples[i]!;
    const before = again ? readChunk(statements, quarterMinutes, hour, id) : null;
    if (before === null && measured.every(Number.isNaN)) return;
    const whole = before === null ? measured : overlaid(before, places, measured);
    writeChunk(statements, quarterMinutes, hour, id, bytesOf(whole));
  });
  saveSeen(statements, book, hour * ticksOfHour);
}

function overlaid(before: Uint8Array, places: readonly number[], measured: Float32Array): Float32Array {
  const whole = new Float32Array(ticksOfHour).fill(NaN);
  whole.set(floatsOf(before).subarray(0, ticksOfHour));
  for (const place of places) whole[place] = measured[place] ?? NaN;
  return whole;
}

/** Begins an hour: what stands in the ticks' rows are left-overs from now on. */
export function beginHour(statements: Statements, book: Book, hour: number): void {
  book.run += 1;
  book.hour = hour;
  statements
    .of('INSERT OR REPLACE INTO series_runs (cluster, run, hour) VALUES (?, ?, ?)')
    .run(book.cluster, book.run, hour);
}
