import type { DatabaseSync } from 'node:sqlite';

/**
 * The database that history is kept in at present: the file, or one in memory while the file cannot be used. What uses it
 * keeps nothing of it across calls but by `generation`.
 */
export interface DatabaseAccess {
  /** Another number whenever the database is another one: prepared statements and what was read of it are void then. */
  readonly generation: number;
  /** Reads. A disk that fails makes it the database in memory, and the work is done once more on that. */
  read<T>(work: (database: DatabaseSync) => T): T;
  /** Runs one transaction, whole or not at all. As `read` where the disk fails, so that nothing that was told is lost to this process. */
  write(work: (database: DatabaseSync) => void): void;
}

/** The same, with a view of what the file held when it could last be used. */
export interface HistoryAccess extends DatabaseAccess {
  /** Reads of that file while history goes on in memory; null while it is kept, or if the file cannot be read. */
  readPast<T>(work: (database: DatabaseSync) => T): T | null;
}

/** One part of the history: the tables it keeps, and what is to be done with them now and then. */
export interface HistoryPart {
  /** Statements that create its tables and indexes, run once in the migration to version 2. */
  schema: string;
  /** Copies what was kept of all clusters meanwhile (in memory) into a database that can be written again; what stands there already stays. */
  carryOver(from: DatabaseSync, to: DatabaseSync): void;
  /**
   * Lets go of what is too old (`now`: epoch ms, known to be right) and compacts; called about once an hour, and with `most`
   * to make room on a full disk: then the oldest fine detail goes first. Bounded work: a few ms.
   */
  tidy(database: DatabaseSync, now: number, room: 'as-usual' | 'make-room'): void;
}
