import type { HistoryAccess } from './database-access.ts';
import {
  allRows,
  identityIn,
  keptOf,
  keptRowsOf,
  putIdentity,
  putKeptRow,
  removeKeptRow,
  urgentRows,
  type KeptRow,
  type KeptRows,
} from './kept-rows.ts';
import type { Kept, Keeper } from './keeper.ts';

// A process sees one cluster, or a few that follow each other behind one address.
const mostClusters = 8;

/** What of one cluster is to be kept, and what stands in which database (by generation). */
interface ClusterRows {
  kept: Kept;
  written: { generation: number; rows: KeptRows } | null;
}

/** Keeps what a wall must not forget, in whatever database there is. */
export interface KeptStore extends Omit<Keeper, 'problem' | 'close'> {
  /** Writes all that differs from what stands in the database, which may be another one than before. */
  writeAll(): void;
}

/** A store of what must survive. `now` is epoch ms. */
export function createKeptStore(access: HistoryAccess, now: () => number, log: (text: string) => void): KeptStore {
  return new DatabaseKept(access, now, log);
}

class DatabaseKept implements KeptStore {
  #access: HistoryAccess;
  #now: () => number;
  #log: (text: string) => void;
  #clusters = new Map<string, ClusterRows>();
  #identities = new Map<string, string>();
  /** The generation of the database that holds all identities. */
  #identitiesIn = -1;

  constructor(access: HistoryAccess, now: () => number, log: (text: string) => void) {
    this.#access = access;
    this.#now = now;
    this.#log = log;
  }

  identityBehind(server: string): string {
    const known = this.#identities.get(server) ?? this.#access.read((database) => identityIn(database, server));
    return known === '' ? (this.#access.readPast((database) => identityIn(database, server)) ?? '') : known;
  }

  rememberIdentity(server: string, cluster: string): void {
    if (this.#identities.get(server) === cluster) return;
    putNewest(this.#identities, server, cluster);
    this.#access.write((database) => putIdentity(database, { server, cluster, seenAt: this.#now() }));
  }

  load(clusterId: string): Kept {
    const known = this.#clusters.get(clusterId)?.kept;
    if (known !== undefined) return structuredClone(known);
    const within = this.#access.read((database) => keptRowsOf(database, clusterId));
    const rows = within.length > 0 ? within : this.#access.readPast((database) => keptRowsOf(database, clusterId));
    const { kept, broken } = keptOf(rows ?? []);
    if (broken.length > 0) this.#log(`${broken.length} kept things cannot be read, such as ${broken[0]}`);
    return kept;
  }

  save(clusterId: string, kept: Kept, when: 'soon' | 'now'): void {
    const before = this.#clusters.get(clusterId);
    putNewest(this.#clusters, clusterId, { kept, written: before?.written ?? null });
    const calm = before?.kept.episodes === kept.episodes && before.kept.acknowledgements === kept.acknowledgements;
    if (when === 'now') this.#write(clusterId, allRows(kept), () => true);
    else if (!calm) this.#write(clusterId, urgentRows(kept), isUrgent);
  }

  writeAll(): void {
    this.#writeIdentities();
    for (const [id, { kept }] of this.#clusters) this.#write(id, allRows(kept), () => true);
  }

  #write(id: string, rows: KeptRows, concerns: (row: KeptRow) => boolean): void {
    const cluster = this.#clusters.get(id);
    if (cluster === undefined) return;
    const written = this.#writtenOf(id, cluster);
    const all = concerns !== isUrgent;
    const put = [...rows].filter(([key, row]) => differs(row, written.get(key), all));
    const gone = [...written].filter(([key, row]) => concerns(row) && !rows.has(key));
    if (put.length + gone.length === 0) return;
    const before = this.#access.generation;
    this.#access.write((database) => {
      for (const [, row] of put) putKeptRow(database, id, row);
      for (const [, row] of gone) removeKeptRow(database, id, row);
    });
    for (const [key, row] of put) written.set(key, row);
    for (const [key] of gone) written.delete(key);
    // It went to another database, which holds nothing else yet.
    if (this.#access.generation !== before) this.writeAll();
  }

  /** What is known to stand in the database of now. */
  #writtenOf(id: string, cluster: ClusterRows): KeptRows {
    if (cluster.written?.generation === this.#access.generation) return cluster.written.rows;
    const found = this.#access.read((database) => keptRowsOf(database, id));
    const rows: KeptRows = new Map(found.map((row) => [`${row.shelf} ${row.key}`, { ...row, urgent: '' }]));
    cluster.written = { generation: this.#access.generation, rows };
    return rows;
  }

  #writeIdentities(): void {
    if (this.#identitiesIn === this.#access.generation) return;
    const rows = [...this.#identities].map(([server, cluster]) => ({ server, cluster, seenAt: this.#now() }));
    if (rows.length > 0) this.#access.write((database) => rows.forEach((row) => putIdentity(database, row)));
    this.#identitiesIn = this.#access.generation;
  }
}

const isUrgent = ({ shelf }: KeptRow) => shelf === 'episode' || shelf === 'acknowledgement';

function differs(row: { body: string; urgent: string }, before: typeof row | undefined, all: boolean): boolean {
  if (before === undefined) return true;
  return all ? row.body !== before.body : row.urgent !== before.urgent;
}

/** Puts a value last, and lets go of the oldest beyond the bound. */
function putNewest<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= mostClusters) return;
    map.delete(oldest);
  }
}
