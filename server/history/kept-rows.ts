import type { DatabaseSync } from 'node:sqlite';
import type { Kept, KeptEpisode } from './keeper.ts';

/** One thing to keep: its shelf, its key there and its JSON. */
export interface KeptRow {
  shelf: 'episode' | 'acknowledgement' | 'memory' | 'figure';
  key: string;
  body: string;
}

/** Rows by shelf and key. `urgent` tells two bodies apart that must be written at once. */
export type KeptRows = Map<string, KeptRow & { urgent: string }>;

/** Episodes and acknowledgements: what must be written at once. What an episode says is not urgent: it changes with each measured value. */
export function urgentRows({ episodes, acknowledgements }: Kept): KeptRows {
  const rows: KeptRows = new Map();
  for (const episode of episodes) put(rows, 'episode', episode.finding, episode, { ...episode, say: undefined });
  for (const made of acknowledgements) put(rows, 'acknowledgement', made.episode, made, made);
  return rows;
}

/** All rows, a memory for each subject, so that only what changed is written. */
export function allRows(kept: Kept): KeptRows {
  const rows = urgentRows(kept);
  for (const [check, { version, subjects }] of Object.entries(kept.memories)) {
    for (const [subject, memory] of Object.entries(subjects)) {
      put(rows, 'memory', `${check} ${subject}`, { check, version, subject, memory }, null);
    }
  }
  for (const figure of kept.figures) put(rows, 'figure', figure.area, figure, null);
  return rows;
}

function put(rows: KeptRows, shelf: KeptRow['shelf'], key: string, value: unknown, urgent: unknown): void {
  const row = { shelf, key, body: JSON.stringify(value), urgent: urgent === null ? '' : JSON.stringify(urgent) };
  rows.set(`${shelf} ${key}`, row);
}

/** What the rows hold; rows that cannot be read are passed over and told in `broken`. */
export function keptOf(rows: Iterable<KeptRow>): { kept: Kept; broken: string[] } {
  const kept: Kept = { episodes: [], acknowledgements: [], memories: {}, figures: [] };
  const broken: string[] = [];
  for (const row of rows) {
    const value = parse(row.body);
    if (value === undefined) broken.push(`${row.shelf} ${row.key}`);
    else place(kept, row.shelf, value);
  }
  return { kept, broken };
}

function place(kept: Kept, shelf: KeptRow['shelf'], value: object): void {
  switch (shelf) {
    case 'episode':
      kept.episodes.push(value as KeptEpisode);
      break;
    case 'acknowledgement':
      kept.acknowledgements.push(value as Kept['acknowledgements'][number]);
      break;
    case 'figure':
      kept.figures.push(value as Kept['figures'][number]);
      break;
    case 'memory': {
      const { check, version, subject, memory } = value as {
        check: string;
        version: number;
        subject: string;
        memory: unknown;
      };
      const known = (kept.memories[check] ??= { version, subjects: {} });
      // A subject may be named like something every object has; a plain assignment of `__proto__` would be lost.
      if (known.version === version) define(known.subjects, subject, memory);
    }
  }
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function parse(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whose cluster was seen behind an address, and when. */
export interface IdentityRow {
  server: string;
  cluster: string;
  seenAt: number;
}

/** The cluster last seen behind an address, "" if none. */
export function identityIn(database: DatabaseSync, server: string): string {
  const query = 'SELECT cluster FROM identities WHERE server = ? ORDER BY seen_at DESC LIMIT 1';
  return String(database.prepare(query).get(server)?.['cluster'] ?? '');
}

/** All identities of a database. */
export function identityRows(database: DatabaseSync): IdentityRow[] {
  const query = 'SELECT server, cluster, seen_at AS seenAt FROM identities';
  return database.prepare(query).all() as unknown as IdentityRow[];
}

/** Remembers whose cluster was seen behind an address. */
export function putIdentity(database: DatabaseSync, { server, cluster, seenAt }: IdentityRow): void {
  const statement = 'INSERT OR REPLACE INTO identities (server, cluster, seen_at) VALUES (?, ?, ?)';
  database.prepare(statement).run(server, cluster, seenAt);
}

/** What is kept of a cluster. */
export function keptRowsOf(database: DatabaseSync, clusterId: string): KeptRow[] {
  const query = 'SELECT shelf, key, body FROM kept WHERE cluster = ?';
  return database.prepare(query).all(clusterId) as unknown as KeptRow[];
}

/** What is kept of all clusters. */
export function keptRowsOfAll(database: DatabaseSync): (KeptRow & { cluster: string })[] {
  const query = 'SELECT cluster, shelf, key, body FROM kept';
  return database.prepare(query).all() as unknown as (KeptRow & { cluster: string })[];
}

/** Keeps a row, in the place of the one of its key. */
export function putKeptRow(database: DatabaseSync, clusterId: string, { shelf, key, body }: KeptRow): void {
  const statement = 'INSERT OR REPLACE INTO kept (cluster, shelf, key, body) VALUES (?, ?, ?, ?)';
  database.prepare(statement).run(clusterId, shelf, key, body);
}

/** Keeps a row no longer. */
export function removeKeptRow(database: DatabaseSync, clusterId: string, { shelf, key }: KeptRow): void {
  database.prepare('DELETE FROM kept WHERE cluster = ? AND shelf = ? AND key = ?').run(clusterId, shelf, key);
}
