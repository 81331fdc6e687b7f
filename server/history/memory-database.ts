import { DatabaseSync } from 'node:sqlite';
import type { HistoryAccess } from './database-access.ts';
import { migrate, pageBytes } from './database-schema.ts';
import { letSomeGo } from './make-room.ts';
import { inTransaction, usedBytes } from './transaction.ts';

/** So much is kept in memory at most, bytes. A day of 200 series is 5 MB. */
const mostBytes = 24 * 1_048_576;
/** Each round lets go of a little. */
const mostRounds = 50;

/** An empty history in memory. */
export function openMemoryDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA temp_store = MEMORY`);
  migrate(database);
  return database;
}

/** Lets go of the oldest fine detail until it is small enough for memory. `now` is epoch ms. */
export function keepSmall(database: DatabaseSync, now: number): void {
  for (let round = 0; round < mostRounds && usedBytes(database) > mostBytes; round += 1) {
    letSomeGo(database, now);
  }
}

/** Access to a history that is only ever in memory. */
export function createMemoryAccess(): HistoryAccess & { close(): void } {
  const database = openMemoryDatabase();
  return {
    generation: 1,
    read: (work) => work(database),
    write: (work) => (database.isTransaction ? work(database) : inTransaction(database, work)),
    readPast: () => null,
    close: () => database.close(),
  };
}
