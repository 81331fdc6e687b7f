import type { DatabaseSync } from 'node:sqlite';
import { clustersSchema } from './cluster-number.ts';
import { historyParts } from './history-parts.ts';
import { bestPageBytes } from './series-tables.ts';

// One entry a version; a file that has more steps behind it than these is newer than we are. What was released never changes.
const migrations = [
  `CREATE TABLE identities (server TEXT NOT NULL, cluster TEXT NOT NULL, seen_at INTEGER NOT NULL,
     PRIMARY KEY (server, cluster)) WITHOUT ROWID;
   CREATE TABLE kept (cluster TEXT NOT NULL, shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (cluster, shelf, key)) WITHOUT ROWID;`,
  [clustersSchema, ...historyParts.map(({ schema }) => schema)].join('\n'),
];

/** The version of the files that we write. */
export const schemaVersion = migrations.length;
/** "Clwl": tells our file from any other SQLite database. */
export const applicationId = 0x436c776c;
/** How large a page of our files is. */
export const pageBytes = bestPageBytes;

const mostIdentities = 16;

// Clusters that were rebuilt again and again leave their past behind; the newest ones are kept.
const forgetOldClusters = `
  CREATE TEMP TABLE old AS SELECT server, cluster FROM identities ORDER BY seen_at DESC LIMIT -1 OFFSET ${mostIdentities};
  DELETE FROM identities WHERE (server, cluster) IN (SELECT server, cluster FROM old);
  DELETE FROM kept WHERE cluster IN (SELECT cluster FROM old) AND cluster NOT IN (SELECT cluster FROM identities);
  DROP TABLE old;`;

/** Brings a database to our version, in one transaction. */
export function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  for (const step of migrations.slice(versionOf(database))) database.exec(step);
  database.exec(`PRAGMA user_version = ${schemaVersion}; PRAGMA application_id = ${applicationId}`);
  database.exec(forgetOldClusters);
  database.exec('COMMIT');
}

/** How the tables and indexes of a database are made, by name; how that is spread over lines does not matter. */
export function layoutOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  return new Map(rows.map(({ name, sql }) => [String(name), String(sql).replaceAll(/\s+/g, ' ')]));
}

/** Why we do not touch a file, in words that follow its name; null if it is ours and not newer than we are. */
export function refusalOf(database: DatabaseSync): string | null {
  const version = versionOf(database);
  if (version > schemaVersion) {
    return `was written by a newer clusterwall (its version is ${version}, ours ${schemaVersion})`;
  }
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  return tables === 0 || pragma(database, 'application_id') === applicationId
    ? null
    : 'is the database of another program';
}

/** The version of a file, 0 for an empty one. */
export function versionOf(database: DatabaseSync): number {
  return Number(pragma(database, 'user_version'));
}

/** The first value that a pragma answers with. */
export function pragma(database: DatabaseSync, text: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${text}`).get() ?? {})[0];
}
