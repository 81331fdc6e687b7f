import type { DatabaseSync } from 'node:sqlite';
import type { PastFinding } from '#shared/history.ts';
import { clusterNumber, knownClusterNumber } from './cluster-number.ts';
import type { HistoryAccess, HistoryPart } from './database-access.ts';
import type { EpisodeStore } from './history.ts';
import { createSoon } from './soon.ts';

/** So many episodes are kept, of all clusters together. */
export const mostEpisodes = 20_000;
/** How long one is kept after its end, ms: 2 years. */
const keptMs = 731 * 86_400_000;

/** The table of episodes: what is asked by, and the whole as JSON. */
export const episodePart: HistoryPart = {
  schema: `
    CREATE TABLE episodes (id INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, episode TEXT NOT NULL, finding TEXT NOT NULL,
      area TEXT NOT NULL, since INTEGER NOT NULL, ended_at INTEGER, body TEXT NOT NULL, UNIQUE (cluster, episode));
    CREATE INDEX episodes_by_begin ON episodes (cluster, since);
    CREATE INDEX episodes_by_finding ON episodes (cluster, finding, since);`,
  carryOver(from, to) {
    for (const row of from.prepare('SELECT name, body FROM episodes JOIN clusters ON clusters.id = cluster').all()) {
      const episode = episodeOf(row);
      if (episode !== null) putEpisode(to, clusterNumber(to, String(row['name'])), episode);
    }
  },
  tidy(database, now) {
    database.prepare('DELETE FROM episodes WHERE ended_at < ?').run(now - keptMs);
    keepMost(database);
  },
};

/** A store that writes what it is told within a second. */
export interface BufferedEpisodes extends EpisodeStore {
  flush(): void;
}

/** The episodes of one cluster. `now` is epoch ms: none that began later is told. */
export function createEpisodeStore(access: HistoryAccess, clusterId: string, now: () => number): BufferedEpisodes {
  let waiting = new Map<string, PastFinding>();
  const soon = createSoon(flush);

  function flush(): void {
    soon.cancel();
    if (waiting.size === 0) return;
    const episodes = waiting;
    access.write((database) => {
      const cluster = clusterNumber(database, clusterId);
      for (const episode of episodes.values()) putEpisode(database, cluster, episode);
      keepMost(database);
    });
    waiting = new Map();
  }

  /** What stands in the file of before, and what history in memory says of the same episodes later. */
  function all(work: (database: DatabaseSync, cluster: number) => PastFinding[]): PastFinding[] {
    flush();
    const within = (database: DatabaseSync) => work(database, knownClusterNumber(database, clusterId) ?? -1);
    const found = [...(access.readPast(within) ?? []), ...access.read(within)];
    return [...new Map(found.map((each) => [each.episode, each])).values()];
  }

  return {
    flush,
    put(episode) {
      waiting.set(episode.episode, episode);
      soon.ask();
    },
    open() {
      // Where there are two databases the one may know of the end of what the other holds as open.
      const two = access.readPast(() => true) !== null;
      const query = `SELECT body FROM episodes WHERE cluster = ? ${two ? '' : 'AND ended_at IS NULL'}`;
      return all((database, cluster) =>
        database
          .prepare(query)
          .all(cluster)
          .flatMap((row) => episodeOf(row) ?? []),
      ).filter(({ endedAt }) => endedAt === null);
    },
    read({ from, to, most, area, finding }) {
      const upTo = Math.min(to, now() + 1);
      const found = all((database, cluster) => {
        const query = `SELECT body FROM episodes WHERE cluster = ? AND since < ? AND (ended_at IS NULL OR ended_at > ?)
          ${area === undefined ? '' : 'AND area = ?'} ${finding === undefined ? '' : 'AND finding = ?'}
          ORDER BY since DESC LIMIT ?`;
        const asked = [area, finding].filter((each) => each !== undefined);
        return database
          .prepare(query)
          .all(cluster, upTo, from, ...asked, most)
          .flatMap((row) => episodeOf(row) ?? []);
      });
      const lasted = found.filter(({ endedAt }) => (endedAt ?? Infinity) > from);
      return lasted.toSorted((a, b) => b.since - a.since).slice(0, most);
    },
  };
}

function putEpisode(database: DatabaseSync, cluster: number, episode: PastFinding): void {
  const { finding, area, since, endedAt } = episode;
  database
    .prepare(
      `INSERT INTO episodes (cluster, episode, finding, area, since, ended_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (cluster, episode) DO UPDATE SET finding = excluded.finding, area = excluded.area,
           since = excluded.since, ended_at = excluded.ended_at, body = excluded.body`,
    )
    .run(cluster, episode.episode, finding, area, since, endedAt, JSON.stringify(episode));
}

/** Lets go of what ended longest ago beyond the bound, then of what began first. */
function keepMost(database: DatabaseSync): void {
  const count = Number(database.prepare('SELECT count(*) AS n FROM episodes').get()?.['n']);
  if (count <= mostEpisodes) return;
  database
    .prepare(
      `DELETE FROM episodes WHERE id IN (SELECT id FROM episodes ORDER BY ended_at IS NULL, ended_at, since LIMIT ?)`,
    )
    .run(count - mostEpisodes);
}

/** Null for a row that a bad disk has changed. */
function episodeOf(row: Record<string, unknown>): PastFinding | null {
  try {
    return JSON.parse(String(row['body'])) as PastFinding;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
