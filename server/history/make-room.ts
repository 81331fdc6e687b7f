import type { DatabaseSync } from 'node:sqlite';
import { ballastBytes } from './ballast.ts';
import { pragma } from './database-schema.ts';
import { historyParts } from './history-parts.ts';
import { inTransaction, usedBytes } from './transaction.ts';

/** So much is let go: enough for the ballast to be taken up again and for some hours to come. */
const wantedBytes = 3 * ballastBytes;
/** Each round lets go of a little. */
const mostRounds = 100;
/** Pages that are given back in one go: what they take up meanwhile must fit into the ballast. */
const pagesAtOnce = 100;

/**
 * Lets go of the oldest fine detail and gives the room back to the disk, in pieces that need little room themselves. Throws
 * what a disk can do. `now` is epoch ms.
 */
export function makeRoom(database: DatabaseSync, now: number): void {
  const before = usedBytes(database);
  for (let round = 0; round < mostRounds && before - usedBytes(database) < wantedBytes; round += 1) {
    const used = usedBytes(database);
    letSomeGo(database, now);
    giveBackLog(database);
    if (usedBytes(database) >= used) break;
  }
  while (Number(pragma(database, 'freelist_count')) > 0) {
    const free = pragma(database, 'freelist_count');
    database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
    giveBackLog(database);
    if (pragma(database, 'freelist_count') === free) return;
  }
}

/** A little of the first part that has something to let go. */
export function letSomeGo(database: DatabaseSync, now: number): void {
  const used = usedBytes(database);
  for (const part of historyParts) {
    inTransaction(database, () => part.tidy(database, now, 'make-room'));
    if (usedBytes(database) < used) return;
  }
}

function giveBackLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
