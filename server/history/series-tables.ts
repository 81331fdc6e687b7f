import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { resolutions } from './history.ts';

/** A table of chunks: one row holds what one series measured in `chunkMs`, in `length` steps. */
export interface ChunkTable {
  name: 'series_15s' | 'series_5min' | 'series_1h';
  stepMs: number;
  chunkMs: number;
  /** How many steps are in a chunk. */
  length: number;
  keptMs: number;
}

function chunkTable(name: ChunkTable['name'], { stepMs, keptMs }: (typeof resolutions)[number], chunkMs: number) {
  return { name, stepMs, keptMs, chunkMs, length: chunkMs / stepMs };
}

/**
 * An hour of 15 s, a day of 5 min, six days of 1 h, finest first. Each is folded into the next one when all of the next one's
 * chunk is older than it is kept for, so that the finer ones live up to one such chunk longer.
 */
export const chunkTables = [
  chunkTable('series_15s', resolutions[0], 3_600_000),
  chunkTable('series_5min', resolutions[1], 86_400_000),
  chunkTable('series_1h', resolutions[2], 6 * 86_400_000),
] as const;

/** How many ticks of 15 s are in an hour, the time after which they are written as chunks. */
export const ticksOfHour = chunkTables[0].length;

/**
 * Chunks lie in the order of time: writing appends and what is too old is one range, which wears a disk least; a chart is one
 * look-up a chunk. A chunk's row is (its time / chunkMs) * seriesRoom + the series' id.
 */
export const seriesRoom = 2 ** 24;

/** Ticks of a cluster are rows ticksRoom * its number + the tick's place in its hour. */
export const ticksRoom = 256;

/**
 * What the pages of the file are to be, bytes (must be set when it is created). A tick writes one page: 200 series a day are
 * 47 MB with pages of 4,096, 28 with these and 23 with 1,024, where charts take more reads.
 */
export const bestPageBytes = 2_048;

/**
 * `series_ticks` holds the running hour as it is measured: one row a tick with a Float32 for each slot (NaN: not measured), always
 * the same 240 rows, overwritten in place, since a row that is new costs four pages where one in place costs one. Rows of another
 * `run` than that of the cluster are left-overs.
 */
export const seriesSchema = `
  CREATE TABLE series (id INTEGER PRIMARY KEY AUTOINCREMENT, cluster INTEGER NOT NULL, name TEXT NOT NULL,
    slot INTEGER NOT NULL, seen_at INTEGER NOT NULL, lasting INTEGER NOT NULL, UNIQUE (cluster, name));
  CREATE TABLE series_runs (cluster INTEGER PRIMARY KEY, run INTEGER NOT NULL, hour INTEGER NOT NULL);
  CREATE TABLE series_ticks (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, tick INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE TABLE series_ahead (id INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL);
  ${chunkTables.map(({ name }) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, body BLOB NOT NULL);`).join('\n  ')}`;

/** The prepared statements of one database. */
export class Statements {
  readonly database: DatabaseSync;
  #known = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** `sql` is one of the few that are written in the code: they are kept for as long as the database. */
  of(sql: string): StatementSync {
    const known = this.#known.get(sql) ?? this.database.prepare(sql);
    this.#known.set(sql, known);
    return known;
  }

  /** The first column of the first row, null if there is none. */
  number(sql: string, ...values: (number | string)[]): number | null {
    const found = Object.values(this.of(sql).get(...values) ?? {})[0];
    return typeof found === 'number' ? found : null;
  }
}
