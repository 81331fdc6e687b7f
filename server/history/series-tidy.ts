import type { DatabaseSync } from 'node:sqlite';
import { resolutions } from './history.ts';
import { nextChunk } from './series-chunks.ts';
import { foldOldest } from './series-fold.ts';
import { chunkTables, seriesRoom, Statements, type ChunkTable } from './series-tables.ts';

const [quarterMinutes, fiveMinutes, hours] = chunkTables;
const dayMs = 86_400_000;

// Pages that are let go are written about; so many rows are done in a few milliseconds.
const rowsAtOnce = 500;

// What the finer resolutions keep even on a full disk: what is folded earlier is the chart that is looked at.
const leastFineMs = 2 * 3_600_000;
const leastFiveMs = 2 * dayMs;

/** As `HistoryPart.tidy`, to be called within a transaction: folds what is older than its resolution is kept for, and lets go of the rest. */
export function tidySeries(database: DatabaseSync, now: number, room: 'as-usual' | 'make-room'): void {
  const statements = new Statements(database);
  if (room === 'make-room') return makeRoom(statements, now);
  foldOldest(statements, { of: quarterMinutes, into: fiveMinutes, before: now - quarterMinutes.keptMs, early: false });
  foldOldest(statements, { of: fiveMinutes, into: hours, before: now - fiveMinutes.keptMs, early: false });
  dropOldest(statements, hours, now - hours.keptMs);
  statements.of('DELETE FROM series WHERE seen_at < ?').run(now - resolutions[2].keptMs);
  dropAhead(statements, now);
}

/** The finest goes first, the oldest of it first; it becomes coarser before it goes altogether. */
function makeRoom(statements: Statements, now: number): void {
  const early = true;
  if (foldOldest(statements, { of: quarterMinutes, into: fiveMinutes, before: now - leastFineMs, early }) > 0) return;
  if (foldOldest(statements, { of: fiveMinutes, into: hours, before: now - leastFiveMs, early }) > 0) return;
  dropOldest(statements, hours, now);
}

function dropOldest(statements: Statements, { name, chunkMs }: ChunkTable, before: number): void {
  statements
    .of(`DELETE FROM ${name} WHERE id IN (SELECT id FROM ${name} WHERE id < ? ORDER BY id LIMIT ?)`)
    .run(Math.floor(before / chunkMs) * seriesRoom, rowsAtOnce);
}

/**
 * Lets go of what a clock that was ahead has left for a time that is yet to come. It is not told meanwhile, and so may stay
 * until the clock has been right for a day: a clock that is behind (a board without a battery, before it has asked for the
 * time) makes all of the last days lie in the future, and those must not be lost.
 */
function dropAhead(statements: Statements, now: number): void {
  const seenAt = statements.number('SELECT seen_at FROM series_ahead');
  const ahead = chunkTables.filter((table) => nextChunk(statements, table, firstAhead(table, now)) !== null);
  if (ahead.length === 0) {
    if (seenAt !== null) statements.of('DELETE FROM series_ahead').run();
    return;
  }
  if (seenAt === null || seenAt > now) {
    statements.of('INSERT OR REPLACE INTO series_ahead (id, seen_at) VALUES (0, ?)').run(now);
    return;
  }
  if (now - seenAt < dayMs) return;
  for (const table of ahead) {
    const { name } = table;
    statements
      .of(`DELETE FROM ${name} WHERE id IN (SELECT id FROM ${name} WHERE id >= ? ORDER BY id DESC LIMIT ?)`)
      .run(firstAhead(table, now) * seriesRoom, rowsAtOnce);
  }
  statements.of('UPDATE series SET seen_at = ? WHERE seen_at > ?').run(now, now);
}

function firstAhead({ chunkMs }: ChunkTable, now: number): number {
  return Math.floor(now / chunkMs) + 1;
}
