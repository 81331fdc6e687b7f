import { existsSync, renameSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { brokenError, openReadOnly } from './database-file.ts';
import { pragma, refusalOf, versionOf } from './database-schema.ts';
import { lockDirectory } from './directory-lock.ts';
import { comesFromDisk, isBroken, reasonOf, takenBy } from './disk-problem.ts';
import { asideFiles, databaseFile, setAside } from './set-aside.ts';

/** More than a file can have. */
const allPages = 2_147_483_647;

/** What became of it: a sentence for the owner, and whether it was done. */
export interface CopyOutcome {
  done: boolean;
  sentence: string;
}

/**
 * Copies the history of the directory into `file`, as it is at this moment, also while a wall writes it. Never overwrites;
 * throws nothing that a disk can do.
 */
export async function exportHistory(directory: string, file: string): Promise<CopyOutcome> {
  if (existsSync(file)) return refused(`${file} is there already: nothing was overwritten`);
  const source = openReadable(directory);
  if (typeof source === 'string') return refused(source);
  try {
    await copy(source, file);
    return done(`the history of ${directory} was written to ${file}`);
  } catch (error) {
    if (isBroken(error))
      return refused(
        `the history of ${directory} is damaged, a copy would be too: npm run history -- check tells more`,
      );
    return refused(`${file} cannot be written (${messageOf(error)})`);
  } finally {
    source.close();
  }
}

/** Puts the history in `file` into the place of that of the directory, which is set aside. Not while a wall runs there. */
export async function importHistory(directory: string, file: string, now: number): Promise<CopyOutcome> {
  const unfit = whyUnfit(file);
  if (unfit !== null) return refused(unfit);
  try {
    const lock = lockDirectory(directory);
    if (lock === null) return refused(`${takenBy(directory)}: stop it first`);
    try {
      return await replace(directory, file, now);
    } finally {
      lock.release();
    }
  } catch (error) {
    return refused(reasonOf(error, directory));
  }
}

async function replace(directory: string, file: string, now: number): Promise<CopyOutcome> {
  const target = databaseFile(directory);
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    await copy(source, `${target}.import`);
  } finally {
    source.close();
  }
  const aside = existsSync(target) ? setAside(directory, 'replaced', now) : null;
  renameSync(`${target}.import`, target);
  const kept = aside === null ? '' : `; what was there before is now ${aside}`;
  return done(`the history of ${file} was taken into ${directory}${kept}`);
}

/** The history of a directory to read from, or why there is none. */
export function openReadable(directory: string): DatabaseSync | string {
  const file = databaseFile(directory);
  if (!existsSync(file)) return `there is no history in ${directory}${asideHint(directory)}`;
  try {
    return openReadOnly(file, true) ?? openReadOnly(file, false) ?? `${file} ${refusalIn(file)}`;
  } catch (error) {
    return reasonOf(error, directory);
  }
}

function asideHint(directory: string): string {
  if (!existsSync(directory)) return ' (there is no such directory)';
  const last = asideFiles(directory, 'broken').at(-1);
  return last === undefined ? '' : `, but ${last.name} that was set aside`;
}

function whyUnfit(file: string): string | null {
  if (!existsSync(file)) return `there is no file ${file}`;
  try {
    const source = new DatabaseSync(file, { readOnly: true });
    const refusal = refusalOf(source) ?? (versionOf(source) === 0 ? 'is no history of clusterwall' : null);
    const answer = refusal === null ? pragma(source, 'integrity_check(1)') : 'ok';
    source.close();
    if (refusal !== null) return `${file} ${refusal}: nothing was changed`;
    return answer === 'ok' ? null : `${file} is broken (${String(answer)}): nothing was changed`;
  } catch (error) {
    if (!comesFromDisk(error)) throw error;
    return `${file} cannot be read as a history of clusterwall (${messageOf(error)}): nothing was changed`;
  }
}

function refusalIn(file: string): string {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    const refusal = refusalOf(database);
    database.close();
    return refusal ?? 'cannot be read: a wall that runs there, or one that is started, mends it';
  } catch (error) {
    return `cannot be read (${messageOf(error)})`;
  }
}

/** All pages in one go: a wall that writes meanwhile would make it begin again and again. What stands there is one whole file. */
async function copy(source: DatabaseSync, file: string): Promise<void> {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  try {
    await backup(source, part, { rate: allPages });
    const copied = new DatabaseSync(part);
    copied.exec('PRAGMA journal_mode = DELETE');
    const answer = pragma(copied, 'quick_check(1)');
    copied.close();
    if (answer !== 'ok') throw brokenError(`the copy is broken: ${String(answer)}`);
    renameSync(part, file);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(part + end, { force: true });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const refused = (sentence: string): CopyOutcome => ({ done: false, sentence });
const done = (sentence: string): CopyOutcome => ({ done: true, sentence });
