import type { DatabaseSync } from 'node:sqlite';
import type { Moment } from '#shared/history.ts';
import { clusterNumber, knownClusterNumber } from './cluster-number.ts';
import type { HistoryAccess, HistoryPart } from './database-access.ts';
import type { MomentStore } from './history.ts';
import { createSoon } from './soon.ts';

/** So many moments are kept, of all clusters together. */
export const mostMoments = 20_000;
/** How long one is kept, ms: 2 years. */
const keptMs = 731 * 86_400_000;

/** The table of moments. The same moment told again, such as by a wall that was started anew, is one. */
export const momentPart: HistoryPart = {
  schema: `
    CREATE TABLE moments (id INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
      text TEXT NOT NULL, level TEXT, finding TEXT, UNIQUE (cluster, at, kind, text));`,
  carryOver(from, to) {
    const query = 'SELECT name, at, kind, text, level, finding FROM moments JOIN clusters ON clusters.id = cluster';
    for (const row of from.prepare(`${query} ORDER BY moments.id`).all()) {
      putMoment(to, clusterNumber(to, String(row['name'])), momentOf(row));
    }
    keepMost(to);
  },
  tidy(database, now) {
    database.prepare('DELETE FROM moments WHERE at < ?').run(now - keptMs);
    keepMost(database);
  },
};

/** A store that writes what it is told within a second. */
export interface BufferedMoments extends MomentStore {
  flush(): void;
}

/** The moments of one cluster. `now` is epoch ms: none of later is told. */
export function createMomentStore(access: HistoryAccess, clusterId: string, now: () => number): BufferedMoments {
  let waiting: Moment[] = [];
  const soon = createSoon(flush);

  function flush(): void {
    soon.cancel();
    if (waiting.length === 0) return;
    const moments = waiting;
    access.write((database) => {
      const cluster = clusterNumber(database, clusterId);
      for (const moment of moments) putMoment(database, cluster, moment);
      keepMost(database);
    });
    waiting = [];
  }

  return {
    flush,
    add(moment) {
      waiting.push(moment);
      soon.ask();
    },
    read(from, to, most) {
      flush();
      const upTo = Math.min(to, now());
      const within = (database: DatabaseSync) => readMoments(database, clusterId, { from, to: upTo, most });
      const past = access.readPast(within) ?? [];
      const found = access.read(within);
      return past.length === 0 ? found : [...past, ...found].toSorted((a, b) => a.at - b.at).slice(-most);
    },
  };
}

function readMoments(
  database: DatabaseSync,
  clusterId: string,
  { from, to, most }: { from: number; to: number; most: number },
): Moment[] {
  const query = `SELECT at, kind, text, level, finding FROM moments WHERE cluster = ? AND at BETWEEN ? AND ?
    ORDER BY at DESC, id DESC LIMIT ?`;
  const rows = database.prepare(query).all(knownClusterNumber(database, clusterId), from, to, most);
  return rows.map(momentOf).reverse();
}

function momentOf({ at, kind, text, level, finding }: Record<string, unknown>): Moment {
  return {
    at: at as number,
    kind: kind as Moment['kind'],
    text: text as string,
    ...(level === null ? {} : { level: level as NonNullable<Moment['level']> }),
    ...(finding === null ? {} : { finding: finding as string }),
  };
}

function putMoment(database: DatabaseSync, cluster: number, { at, kind, text, level, finding }: Moment): void {
  database
    .prepare('INSERT OR IGNORE INTO moments (cluster, at, kind, text, level, finding) VALUES (?, ?, ?, ?, ?, ?)')
    .run(cluster, at, kind, text, level ?? null, finding ?? null);
}

function keepMost(database: DatabaseSync): void {
  const count = Number(database.prepare('SELECT count(*) AS n FROM moments').get()?.['n']);
  if (count <= mostMoments) return;
  database
    .prepare('DELETE FROM moments WHERE id IN (SELECT id FROM moments ORDER BY at, id LIMIT ?)')
    .run(count - mostMoments);
}
