import { statfsSync } from 'node:fs';

/** With less than this nothing can be written any more, whatever the error is called (bytes). */
const nothingFree = 64 * 1_024;

/** SQLite's own code of an error (13 = full), 0 if it is none of SQLite's. */
function sqliteCode(error: unknown): number {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
}

/** True if the file itself is damaged or no database at all. Node refuses integers that it cannot hold: we write none of those. */
export function isBroken(error: unknown): boolean {
  return [11, 26].includes(sqliteCode(error)) || (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE';
}

/** True if SQLite refuses what it was told, not what the disk does: a table that is not there, a row that is there twice. */
export function isRefusal(error: unknown): boolean {
  return [1, 18, 19, 20, 25].includes(sqliteCode(error));
}

/** True for what a disk, or the file on it, can do to us; anything else is a mistake of ours. */
export function comesFromDisk(error: unknown): boolean {
  return sqliteCode(error) !== 0 || isBroken(error) || (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** True if somebody else holds a lock. */
export function isBusy(error: unknown): boolean {
  return [5, 6].includes(sqliteCode(error));
}

/** True if there is no room left on the disk of the directory; some of SQLite's errors do not say so. */
export function isFull(error: unknown, directory: string): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (sqliteCode(error) === 13 || code === 'ENOSPC' || code === 'EDQUOT') return true;
  return [10, 14].includes(sqliteCode(error)) && freeBytes(directory) < nothingFree;
}

/** What is free on the disk of the directory, for us (bytes); infinite if that cannot be told. */
export function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return Infinity;
  }
}

/** Why the directory cannot be used, in words that follow "history is not kept: ". Throws what no disk can cause. */
export function reasonOf(error: unknown, directory: string): string {
  if (isFull(error, directory)) return full(directory);
  if (isBroken(error)) return broken(directory);
  if (!comesFromDisk(error)) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  const bySqlite = sqliteReasons[sqliteCode(error)];
  if (bySqlite !== undefined) return bySqlite(directory);
  const reason = systemReasons[code ?? ''];
  return reason === undefined ? `${directory} cannot be used (${message})` : reason(directory);
}

/** The words for a directory that another process keeps its history in. */
export const takenBy = (directory: string) => `another clusterwall keeps its history in ${directory}`;

const readOnly = (directory: string) => `${directory} is read-only`;
const full = (directory: string) => `no space is left on the disk of ${directory}`;
const broken = (directory: string) => `the file in ${directory} is broken`;
const notAllowed = (directory: string) => `${directory} may not be written (permission denied)`;

const sqliteReasons: Record<number, (directory: string) => string> = {
  3: notAllowed,
  5: takenBy,
  6: takenBy,
  8: readOnly,
  10: (directory) => `the disk of ${directory} answers with errors`,
  14: (directory) => `the file in ${directory} cannot be opened for writing`,
};

const systemReasons: Record<string, (directory: string) => string> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: readOnly,
  EEXIST: (directory) => `${directory} is not a directory`,
  ENOTDIR: (directory) => `a part of the path ${directory} is not a directory`,
  EIO: (directory) => `the disk of ${directory} answers with errors`,
};
