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
  const clusters = new Map<string, ClusterRows>();
  const identities = new Map<string, string>();
  let identitiesIn = -1;

  /** What is known to stand in the database of now. */
  function writtenOf(id: string, cluster: ClusterRows): KeptRows {
    if (cluster.written?.generation === access.generation) return cluster.written.rows;
    const found = access.read((database) => keptRowsOf(database, id));
    const rows: KeptRows = new Map(found.map((row) => [`${row.shelf} ${row.key}`, { ...row, urgent: '' }]));
    cluster.written = { generation: access.generation, rows };
    return rows;
  }

  function write(id: string, rows: KeptRows, concerns: (row: KeptRow) => boolean): void {
    const cluster = clusters.get(id);
    if (cluster === undefined) return;
    const written = writtenOf(id, cluster);
    const all = concerns !== isUrgent;
    const put = [...rows].filter(([key, row]) => differs(row, written.get(key), all));
    const gone = [...written].filter(([key, row]) => concerns(row) && !rows.has(key));
    if (put.length + gone.length === 0) return;
    const before = access.generation;
    access.write((database) => {
      for (const [, row] of put) putKeptRow(database, id, row);
      for (const [, row] of gone) removeKeptRow(database, id, row);
    });
    for (const [key, row] of put) written.set(key, row);
    for (const [key] of gone) written.delete(key);
    // It went to another database, which holds nothing else yet.
    if (access.generation !== before) writeAll();
  }

  function writeIdentities(): void {
    if (identitiesIn === access.generation) return;
    const rows = [...identities].map(([server, cluster]) => ({ server, cluster, seenAt: now() }));
    if (rows.length > 0) access.write((database) => rows.forEach((row) => putIdentity(database, row)));
    identitiesIn = access.generation;
  }

  function writeAll(): void {
    writeIdentities();
    for (const [id, { kept }] of clusters) write(id, allRows(kept), () => true);
  }

  return {
    writeAll,
    identityBehind(server) {
      const known = identities.get(server) ?? access.read((database) => identityIn(database, server));
      return known === '' ? (access.readPast((database) => identityIn(database, server)) ?? '') : known;
    },
    rememberIdentity(server, cluster) {
      if (identities.get(server) === cluster) return;
      putNewest(identities, server, cluster);
      access.write((database) => putIdentity(database, { server, cluster, seenAt: now() }));
    },
    load(clusterId) {
      const known = clusters.get(clusterId)?.kept;
      if (known !== undefined) return structuredClone(known);
      const within = access.read((database) => keptRowsOf(database, clusterId));
      const rows = within.length > 0 ? within : access.readPast((database) => keptRowsOf(database, clusterId));
      const { kept, broken } = keptOf(rows ?? []);
      if (broken.length > 0) log(`${broken.length} kept things cannot be read, such as ${broken[0]}`);
      return kept;
    },
    save(clusterId, kept, when) {
      const before = clusters.get(clusterId);
      putNewest(clusters, clusterId, { kept, written: before?.written ?? null });
      const calm = before?.kept.episodes === kept.episodes && before.kept.acknowledgements === kept.acknowledgements;
      if (when === 'now') write(clusterId, allRows(kept), () => true);
      else if (!calm) write(clusterId, urgentRows(kept), isUrgent);
    },
  };
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
