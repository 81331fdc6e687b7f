import type { DatabaseSync } from 'node:sqlite';
import { openReadable, type CopyOutcome } from './copy-history.ts';
import { schemaVersion, versionOf } from './database-schema.ts';
import { describeHistory } from './describe-history.ts';
import { comesFromDisk, reasonOf } from './disk-problem.ts';

/** Looks through the history of a directory, page by page and row by row, and says what it holds. `now` is epoch ms. */
export function checkHistory(directory: string, now: number): CopyOutcome {
  const database = openReadable(directory);
  if (typeof database === 'string') return { done: false, sentence: database };
  try {
    const answers = database
      .prepare('PRAGMA integrity_check(10)')
      .all()
      .flatMap((row) => Object.values(row).map(String));
    if (answers.join() !== 'ok') {
      return { done: false, sentence: [`the history of ${directory} is broken:`, ...answers].join('\n  ') };
    }
    return { done: true, sentence: [`the history of ${directory} is whole`, ...described(database, now)].join('\n') };
  } catch (error) {
    if (!comesFromDisk(error)) throw error;
    return { done: false, sentence: reasonOf(error, directory) };
  } finally {
    database.close();
  }
}

function described(database: DatabaseSync, now: number): string[] {
  const version = versionOf(database);
  if (version < schemaVersion)
    return [`it is of version ${version}: a wall that is started brings it to ${schemaVersion}`];
  return describeHistory(database, now);
}
