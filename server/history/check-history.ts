import type { DatabaseSync } from 'node:sqlite';
import { openReadable, type CopyOutcome } from './copy-history.ts';
import { schemaVersion, versionOf } from './database-schema.ts';
import { describeHistory } from './describe-history.ts';
import { comesFromDisk, isBroken, reasonOf } from './disk-problem.ts';

/** So many places that are damaged are told: who has ten has many. */
const mostPlaces = 10;

/** Looks through the history of a directory, page by page and row by row, and says what it holds. `now` is epoch ms. */
export function checkHistory(directory: string, now: number): CopyOutcome {
  const database = openReadable(directory);
  if (typeof database === 'string') return { done: false, sentence: database };
  try {
    const answers = new Set(
      database
        .prepare(`PRAGMA integrity_check(${mostPlaces})`)
        .all()
        .flatMap((row) => Object.values(row).flatMap((text) => String(text).split('\n')))
        .filter((line) => !line.startsWith('***')),
    );
    if ([...answers].join() !== 'ok') return { done: false, sentence: damaged(directory, [...answers]) };
    return { done: true, sentence: [`the history of ${directory} is whole`, ...described(database, now)].join('\n') };
  } catch (error) {
    if (!comesFromDisk(error)) throw error;
    const { message } = error as Error;
    return { done: false, sentence: isBroken(error) ? damaged(directory, [message]) : reasonOf(error, directory) };
  } finally {
    database.close();
  }
}

/** What a damaged history means for its owner, then what SQLite found. */
function damaged(directory: string, found: readonly string[]): string {
  const many =
    found.length >= mostPlaces
      ? `at least ${mostPlaces} places`
      : found.length === 1
        ? 'one place'
        : `${found.length} places`;
  return [
    `the history of ${directory} is damaged in ${many}: a wall that meets it sets the file aside, begins a new one and takes over what can be read; ` +
      'or put a backup in its place: npm run history -- import FILE',
    ...found.map((place) => `  ${place}`),
  ].join('\n');
}

function described(database: DatabaseSync, now: number): string[] {
  const version = versionOf(database);
  if (version < schemaVersion)
    return [`it is of version ${version}: a wall that is started brings it to ${schemaVersion}`];
  return describeHistory(database, now);
}
