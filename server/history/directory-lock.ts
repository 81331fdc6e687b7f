import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBroken, isBusy } from './disk-problem.ts';

/** That a directory is ours alone. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes `clusterwall.lock` of the directory; null if another holds it. Throws what a disk can do. The lock is the kernel's,
 * on an empty SQLite database within a transaction that never ends: it is gone with the process however that dies, and no
 * number of a process can be mistaken. A lock on the history itself would shut out whoever only wants to read (the export).
 */
export function lockDirectory(directory: string): DirectoryLock | null {
  const file = join(directory, 'clusterwall.lock');
  try {
    return lock(file);
  } catch (error) {
    if (!isBroken(error)) throw error;
    // Ours is empty as long as it lives: what stands in it came from a bad disk.
    rmSync(file, { force: true });
    return lock(file);
  }
}

function lock(file: string): DirectoryLock | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
}
