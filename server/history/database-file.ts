import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { layoutOf, migrate, pageBytes, pragma, refusalOf, versionOf } from './database-schema.ts';
import { isBroken, isFull } from './disk-problem.ts';
import { openMemoryDatabase } from './memory-database.ts';
import { databaseFile } from './set-aside.ts';

/** A file up to this size is checked as a whole before it is used (10 ms); of a larger one what the wall must not forget is. */
const checkedAtOnce = 8 * 1_048_576;
const mustBeWhole = ['identities', 'kept', 'clusters'];

/** Makes the directory and sees whether its file can be written. Throws what a disk can do: SQLite's own errors say less. */
export function prepareDirectory(directory: string): void {
  makeDirectory(resolve(directory));
  accessSync(directory, constants.W_OK);
  const file = databaseFile(directory);
  if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
}

/** True if files can be made in the directory. */
export function mayWriteIn(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return false;
  }
}

/** As mkdir -p. One by one, since Node's own recursive way never ends where a folder can neither be made nor exist (/proc/x). */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  mkdirSync(directory);
}

/**
 * Opens, checks and migrates the file of the directory, or gives the words for why it is not ours to touch. Throws what a
 * disk can do, an error that `isBroken` for a file that is.
 */
export function openDatabase(directory: string): { database: DatabaseSync } | { refusal: string } {
  const file = databaseFile(directory);
  const database = new DatabaseSync(file, { timeout: 100 });
  try {
    const refusal = refusalOf(database);
    if (refusal !== null) {
      database.close();
      return { refusal: `${file} ${refusal}` };
    }
    layOut(database, directory);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304');
    database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1000');
    checkAtOnce(database);
    migrate(database);
    if (!isLaidOutAsOurs(database)) throw brokenError('its tables are not as they should be');
    return { database };
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/** Pages and the way in which they are given back can be chosen only before there is anything, or by writing all anew. */
function layOut(database: DatabaseSync, directory: string): void {
  if (pragma(database, 'auto_vacuum') === 2 && pragma(database, 'page_size') === pageBytes) return;
  const isEmpty = pragma(database, 'page_count') === 0;
  const choose = `PRAGMA page_size = ${pageBytes}; PRAGMA auto_vacuum = INCREMENTAL`;
  if (isEmpty) return database.exec(choose);
  try {
    database.exec(`PRAGMA journal_mode = DELETE; ${choose}; VACUUM`);
  } catch (error) {
    // It is done when there is room; until then the file is as good.
    if (!isFull(error, directory)) throw error;
  }
}

function checkAtOnce(database: DatabaseSync): void {
  const bytes = Number(pragma(database, 'page_count')) * Number(pragma(database, 'page_size'));
  const tables = [...layoutOf(database).keys()].filter((name) => mustBeWhole.includes(name));
  const checks = bytes <= checkedAtOnce ? ['quick_check(1)'] : tables.map((table) => `quick_check(${table})`);
  for (const check of checks) {
    const answer = pragma(database, check);
    if (answer !== 'ok') throw brokenError(String(answer));
  }
}

/** An error that `isBroken`, of a file whose pages do not fit together. */
export function brokenError(message: string): Error {
  return Object.assign(new Error(message), { errcode: 11 });
}

function isLaidOutAsOurs(database: DatabaseSync): boolean {
  const ours = openMemoryDatabase();
  const found = layoutOf(database);
  const same = [...layoutOf(ours)].every(([name, sql]) => found.get(name) === sql);
  ours.close();
  return same;
}

/** Opens a damaged file to read only, also one that was cut off, which SQLite refuses by itself; null if nothing of it can be read. */
export function openDamaged(file: string): DatabaseSync | null {
  if (!existsSync(file)) return null;
  const database = new DatabaseSync(file, { readOnly: true, defensive: false });
  return ofOurs(database, 'PRAGMA writable_schema = ON; PRAGMA cache_size = -500');
}

/** Opens a file to read only, whatever stands in it; one whose directory cannot be written only if it was closed well. Null if it cannot be read. */
export function openReadOnly(file: string, mayWriteBeside: boolean): DatabaseSync | null {
  // What stands in the log of a file that was not closed well cannot be read without writing beside it.
  const log = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
  if (!existsSync(file) || (!mayWriteBeside && log)) return null;
  const { href } = pathToFileURL(file);
  const database = new DatabaseSync(new URL(mayWriteBeside ? href : `${href}?immutable=1`), { readOnly: true });
  return ofOurs(database, 'PRAGMA cache_size = -500');
}

/** The database if it is one of ours that can be read; else it is closed. */
function ofOurs(database: DatabaseSync, pragmas: string): DatabaseSync | null {
  try {
    database.exec(pragmas);
    if (refusalOf(database) === null && versionOf(database) > 0) return database;
  } catch (error) {
    if (!isBroken(error)) {
      database.close();
      throw error;
    }
  }
  database.close();
  return null;
}
