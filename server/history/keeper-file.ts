import type { DatabaseSync } from 'node:sqlite';
import { createClusterMemory } from './history-memory.ts';
import type { ClusterHistory, History } from './history.ts';
import { openDatabase, openReadOnly } from './keeper-database.ts';
import { putNewest } from './keeper-memory.ts';
import { reasonOf } from './keeper-problem.ts';
import { allRows, keptOf, urgentRows, type KeptRow, type KeptRows } from './keeper-rows.ts';
import type { Kept } from './keeper.ts';

/** What the keeper needs from outside. */
export interface KeeperFileParts {
  directory: string;
  log: (text: string) => void;
  now?: () => number;
  /** How often memories and figures are written and a failing disk is tried again, ms. An SD card wears with each write. */
  everyMs?: number;
}

/** What of one cluster is to be kept, and what stands in the file (null = not read yet). */
interface ClusterRows {
  kept: Kept;
  written: KeptRows | null;
}

/**
 * Keeps in `clusterwall.db` of the directory. While that cannot be written it keeps in memory, says so in `problem`,
 * tries again each minute and then writes all it has.
 */
export class KeeperFile implements History {
  #directory: string;
  #log: (text: string) => void;
  #now: () => number;
  #timer: NodeJS.Timeout;
  #database: DatabaseSync | null = null;
  #problem = '';
  #clusters = new Map<string, ClusterRows>();
  #identities = new Map<string, string>();
  #histories = new Map<string, ClusterHistory>();

  constructor({ directory, log, now = Date.now, everyMs = 60_000 }: KeeperFileParts) {
    this.#directory = directory;
    this.#log = log;
    this.#now = now;
    this.#open();
    this.#timer = setInterval(() => this.#everyMinute(), everyMs).unref();
  }

  get problem(): string {
    return this.#problem;
  }

  identityBehind(server: string): string {
    const query = 'SELECT cluster FROM identities WHERE server = ? ORDER BY seen_at DESC LIMIT 1';
    const read = (database: DatabaseSync) => database.prepare(query).get(server)?.['cluster'];
    return this.#identities.get(server) ?? String(this.#read(read) ?? '');
  }

  rememberIdentity(server: string, clusterId: string): void {
    if (this.#identities.get(server) === clusterId) return;
    putNewest(this.#identities, server, clusterId);
    this.#write((database) => putIdentity(database, server, clusterId, this.#now()));
  }

  load(clusterId: string): Kept {
    const known = this.#clusters.get(clusterId)?.kept;
    if (known !== undefined) return structuredClone(known);
    const { kept, broken } = keptOf(this.#read((database) => rowsOf(database, clusterId)) ?? []);
    if (broken.length > 0) this.#log(`${broken.length} kept things cannot be read, such as ${broken[0]}`);
    return kept;
  }

  save(clusterId: string, kept: Kept, when: 'soon' | 'now'): void {
    const before = this.#clusters.get(clusterId);
    putNewest(this.#clusters, clusterId, { kept, written: before?.written ?? null });
    const calm = before?.kept.episodes === kept.episodes && before.kept.acknowledgements === kept.acknowledgements;
    if (when === 'now') this.#writeCluster(clusterId, allRows(kept), () => true);
    else if (!calm) this.#writeCluster(clusterId, urgentRows(kept), isUrgent);
  }

  of(clusterId: string): ClusterHistory {
    const known = this.#histories.get(clusterId) ?? createClusterMemory();
    this.#histories.set(clusterId, known);
    return known;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#writeAll();
    this.#letGo();
  }

  #everyMinute(): void {
    if (this.#database === null) this.#open();
    this.#writeAll();
    if (this.#database !== null) this.#succeed();
  }

  #open(): void {
    const opened = openDatabase(this.#directory, this.#log, this.#now);
    if ('reason' in opened) return this.#fail(opened.reason);
    this.#database = opened.database;
    // It may be another file than before: what stands in it is read anew, and what we know is written to it.
    for (const cluster of this.#clusters.values()) cluster.written = null;
    for (const [server, id] of this.#identities) {
      this.#write((database) => putIdentity(database, server, id, this.#now()));
    }
  }

  #writeAll(): void {
    for (const [id, { kept }] of this.#clusters) this.#writeCluster(id, allRows(kept), () => true);
  }

  #writeCluster(id: string, rows: KeptRows, concerns: (row: KeptRow) => boolean): void {
    const cluster = this.#clusters.get(id);
    if (this.#database === null || cluster === undefined) return;
    const written = cluster.written ?? this.#writtenOf(id);
    if (written === null) return;
    cluster.written = written;
    const all = concerns !== isUrgent;
    const put = [...rows].filter(([key, row]) => differs(row, written.get(key), all));
    const gone = [...written].filter(([key, row]) => concerns(row) && !rows.has(key));
    if (put.length + gone.length === 0) return;
    const done = this.#write((database) => {
      for (const [, row] of put) putRow(database, id, row);
      for (const [, row] of gone) removeRow(database, id, row);
    });
    if (!done) return;
    for (const [key, row] of put) written.set(key, row);
    for (const [key] of gone) written.delete(key);
  }

  #writtenOf(id: string): KeptRows | null {
    const rows = this.#read((database) => rowsOf(database, id));
    return rows && new Map(rows.map((row) => [`${row.shelf} ${row.key}`, { ...row, urgent: '' }]));
  }

  /** Reads from the file, or from one that can only be read; null if there is none or it fails. */
  #read<T>(work: (database: DatabaseSync) => T): T | null {
    let database = this.#database;
    try {
      database ??= openReadOnly(this.#directory);
      return database === null ? null : work(database);
    } catch (error) {
      const reason = reasonOf(error, this.#directory);
      // Without an open file the problem has been told already, and why it cannot be written says more.
      if (this.#database !== null) this.#fail(reason);
      this.#letGo();
      return null;
    } finally {
      if (database !== this.#database && database?.isOpen === true) database.close();
    }
  }

  /** Runs one transaction. What a disk can do to it shows in `problem`, and the file is opened and checked anew. */
  #write(work: (database: DatabaseSync) => void): boolean {
    const database = this.#database;
    if (database === null) return false;
    try {
      database.exec('BEGIN IMMEDIATE');
      work(database);
      database.exec('COMMIT');
      return true;
    } catch (error) {
      this.#fail(reasonOf(error, this.#directory));
      this.#letGo();
      return false;
    }
  }

  #letGo(): void {
    if (this.#database?.isOpen === true) this.#database.close();
    this.#database = null;
  }

  #fail(reason: string): void {
    const text = `history is not kept: ${reason}`;
    if (text !== this.#problem) this.#log(text);
    this.#problem = text;
  }

  #succeed(): void {
    if (this.#problem !== '') this.#log('history is kept again');
    this.#problem = '';
  }
}

const isUrgent = ({ shelf }: KeptRow) => shelf === 'episode' || shelf === 'acknowledgement';

function differs(row: { body: string; urgent: string }, before: typeof row | undefined, all: boolean): boolean {
  if (before === undefined) return true;
  return all ? row.body !== before.body : row.urgent !== before.urgent;
}

function rowsOf(database: DatabaseSync, clusterId: string): KeptRow[] {
  const query = 'SELECT shelf, key, body FROM kept WHERE cluster = ?';
  return database.prepare(query).all(clusterId) as unknown as KeptRow[];
}

function putRow(database: DatabaseSync, clusterId: string, { shelf, key, body }: KeptRow): void {
  const statement = 'INSERT OR REPLACE INTO kept (cluster, shelf, key, body) VALUES (?, ?, ?, ?)';
  database.prepare(statement).run(clusterId, shelf, key, body);
}

function removeRow(database: DatabaseSync, clusterId: string, { shelf, key }: KeptRow): void {
  database.prepare('DELETE FROM kept WHERE cluster = ? AND shelf = ? AND key = ?').run(clusterId, shelf, key);
}

function putIdentity(database: DatabaseSync, server: string, clusterId: string, at: number): void {
  const statement = 'INSERT OR REPLACE INTO identities (server, cluster, seen_at) VALUES (?, ?, ?)';
  database.prepare(statement).run(server, clusterId, at);
}
