import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { isBroken, reasonOf } from './keeper-problem.ts';

/** An open database, or why there is none in words that follow "history is not kept: ". */
export type OpenOutcome = { database: DatabaseSync } | { reason: string };

// One entry a version; a file that has more steps behind it than these is newer than we are.
const migrations = [
  `CREATE TABLE identities (server TEXT NOT NULL, cluster TEXT NOT NULL, seen_at INTEGER NOT NULL,
     PRIMARY KEY (server, cluster)) WITHOUT ROWID;
   CREATE TABLE kept (cluster TEXT NOT NULL, shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (cluster, shelf, key)) WITHOUT ROWID;`,
];
const applicationId = 0x436c776c; // "Clwl": tells our file from any other SQLite database.
const mostIdentities = 16;
const mostBrokenFiles = 2;

// Clusters that were rebuilt again and again leave their past behind; the newest ones are kept.
const forgetOldClusters = `
  CREATE TEMP TABLE old AS SELECT server, cluster FROM identities ORDER BY seen_at DESC LIMIT -1 OFFSET ${mostIdentities};
  DELETE FROM identities WHERE (server, cluster) IN (SELECT server, cluster FROM old);
  DELETE FROM kept WHERE cluster IN (SELECT cluster FROM old) AND cluster NOT IN (SELECT cluster FROM identities);
  DROP TABLE old;`;

/** The one file of history and memory in the data directory. */
export function databaseFile(directory: string): string {
  return join(directory, 'clusterwall.db');
}

/** As mkdir -p. One by one, since Node's own recursive way never ends where a folder can neither be made nor exist (/proc/x). */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  mkdirSync(directory);
}

/** Opens, checks and migrates the file; a broken one is moved aside (`log` says so) and a new one begun. Never throws for what a disk can do. */
export function openDatabase(directory: string, log: (text: string) => void, now: () => number): OpenOutcome {
  try {
    makeDirectory(resolve(directory));
    const file = databaseFile(directory);
    // SQLite opens what it may only read, and then fails with errors that say less than these.
    accessSync(directory, constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    return open(file);
  } catch (error) {
    if (!isBroken(error)) return { reason: reasonOf(error, directory) };
    return beginAnew(directory, log, now);
  }
}

function beginAnew(directory: string, log: (text: string) => void, now: () => number): OpenOutcome {
  const file = databaseFile(directory);
  const aside = `${file}.broken-${new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  try {
    for (const end of ['', '-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, aside + end);
    forgetOldest(directory);
    log(`${file} is broken: it was moved to ${aside} and a new history begun`);
    return open(file);
  } catch (error) {
    return { reason: reasonOf(error, directory) };
  }
}

// A disk that breaks files breaks more of them: they must not fill it.
function forgetOldest(directory: string): void {
  const broken = readdirSync(directory).filter((name) => /^clusterwall\.db\.broken-\w+$/.test(name));
  for (const name of broken.toSorted().slice(0, -mostBrokenFiles)) {
    for (const end of ['', '-wal', '-shm']) rmSync(join(directory, name + end), { force: true });
  }
}

function open(file: string): OpenOutcome {
  const database = new DatabaseSync(file, { timeout: 100 });
  try {
    // Exclusive: a second clusterwall on the same directory is told so, and no shared memory file is needed.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const refused = refusal(database, file);
    if (refused !== null) {
      database.close();
      return { reason: refused };
    }
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304');
    database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -500');
    if (numberOf(database, 'quick_check(1)') !== 'ok') throw Object.assign(new Error('quick_check'), { errcode: 11 });
    migrate(database);
    return { database };
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

function refusal(database: DatabaseSync, file: string): string | null {
  const version = Number(numberOf(database, 'user_version'));
  if (version > migrations.length) {
    return `${file} was written by a newer clusterwall (its version is ${version}, ours ${migrations.length})`;
  }
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (tables === 0 || numberOf(database, 'application_id') === applicationId) return null;
  return `${file} is the database of another program`;
}

function numberOf(database: DatabaseSync, pragma: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
}

function migrate(database: DatabaseSync): void {
  const version = Number(numberOf(database, 'user_version'));
  database.exec('BEGIN IMMEDIATE');
  for (const step of migrations.slice(version)) database.exec(step);
  database.exec(`PRAGMA user_version = ${migrations.length}; PRAGMA application_id = ${applicationId}`);
  database.exec(forgetOldClusters);
  database.exec('COMMIT');
}

/** Opens the file to read only, as it is, where its directory cannot be written; null if it cannot be read or was not closed well. */
export function openReadOnly(directory: string): DatabaseSync | null {
  const file = databaseFile(directory);
  // What stands in the log of a file that was not closed well cannot be read without writing.
  if (!existsSync(file) || (existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0)) return null;
  const database = new DatabaseSync(new URL(`${pathToFileURL(file).href}?immutable=1`), { readOnly: true });
  try {
    if (refusal(database, file) === null && numberOf(database, 'user_version') === migrations.length) return database;
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  database.close();
  return null;
}
