import { DatabaseSync } from 'node:sqlite';
import type { DatabaseAccess } from '#server/history/database-access.ts';
import { seriesPart } from '#server/history/series-store.ts';
import { bestPageBytes } from '#server/history/series-tables.ts';

/** A database with the tables of series, and what a test does to it. */
export interface SeriesAccess extends DatabaseAccess {
  readonly database: DatabaseSync;
  /** As a restart: all that is known of the database is read anew. */
  restart(): void;
  /** One round of tidying, in a transaction. */
  tidy(now: number, room?: 'as-usual' | 'make-room'): void;
  close(): void;
}

/** A database in `file`, in memory if that is left out. */
export function openSeriesAccess(file = ':memory:'): SeriesAccess {
  let database = openTables(file);
  let generation = 0;
  const access: SeriesAccess = {
    get generation() {
      return generation;
    },
    get database() {
      return database;
    },
    read: (work) => work(database),
    write: (work) => inTransaction(database, () => work(database)),
    restart() {
      generation += 1;
      if (file === ':memory:') return;
      database.close();
      database = openTables(file);
    },
    tidy: (now, room = 'as-usual') => inTransaction(database, () => seriesPart.tidy(database, now, room)),
    close: () => database.close(),
  };
  return access;
}

/** Runs a transaction, whole or not at all. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function openTables(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA page_size = ${bestPageBytes}; PRAGMA auto_vacuum = INCREMENTAL`);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304');
  database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -500');
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name = 'series'").get()?.['count'];
  if (tables === 0) database.exec(seriesPart.schema);
  return database;
}
