import type { DatabaseSync } from 'node:sqlite';

/**
 * Clusters by number, since rows that carry a UID of 36 letters would be twice as long. A number is never used again
 * (AUTOINCREMENT), so that what was left behind by a cluster that was forgotten is never taken for another's.
 */
export const clustersSchema = `CREATE TABLE IF NOT EXISTS clusters (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);`;

/** The number of a cluster (by its identity), null if nothing was kept of it yet. */
export function knownClusterNumber(database: DatabaseSync, clusterId: string): number | null {
  const id = database.prepare('SELECT id FROM clusters WHERE name = ?').get(clusterId)?.['id'];
  return typeof id === 'number' ? id : null;
}

/** The number of a cluster, which gets one if it has none. To be called within a transaction that writes. */
export function clusterNumber(database: DatabaseSync, clusterId: string): number {
  const known = knownClusterNumber(database, clusterId);
  return known ?? Number(database.prepare('INSERT INTO clusters (name) VALUES (?)').run(clusterId).lastInsertRowid);
}
