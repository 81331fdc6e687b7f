import type { DatabaseSync } from 'node:sqlite';

/** What of a database is in use, bytes. */
export function usedBytes(database: DatabaseSync): number {
  const [count, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) => {
    return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  });
  return (count! - free!) * size!;
}

/** Runs one transaction, whole or not at all. */
export function inTransaction(database: DatabaseSync, work: (database: DatabaseSync) => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work(database);
    database.exec('COMMIT');
  } catch (error) {
    // Some failures have ended it already.
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
