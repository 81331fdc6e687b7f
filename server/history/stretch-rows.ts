import type { DatabaseSync } from 'node:sqlite';
import type { Stretch } from '#shared/history.ts';
import { clusterNumber, knownClusterNumber } from './cluster-number.ts';
import type { HistoryPart } from './database-access.ts';
import { sampleMs } from './history.ts';
import { ticksOfHour, ticksRoom } from './series-tables.ts';

/** So many stretches are kept of a finding and of an area (or the wall as a whole; all of it is read in 10 ms), and of all together. */
export const mostStretches = { finding: 2_000, area: 10_000, all: 200_000 };
/** How long a stretch is kept after its end, ms: 2 years. */
const keptMs = 731 * 86_400_000;
/** What is let go in one go: a few ms of work. */
const atOnce = 2_000;
/** On a full disk what ended longer ago than this may go, ms. */
const roomAfterMs = 90 * 86_400_000;

/** The tables of levels: a row a stretch, `to_at` NULL while it lasts, and until when each cluster was watched. */
export const stretchPart: HistoryPart = {
  schema: `
    CREATE TABLE watched (cluster INTEGER PRIMARY KEY, alive_at INTEGER NOT NULL);
    CREATE TABLE level_subjects (id INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, subject TEXT NOT NULL,
      UNIQUE (cluster, subject));
    CREATE TABLE stretches (subject INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER, level TEXT NOT NULL,
      PRIMARY KEY (subject, from_at)) WITHOUT ROWID;
    CREATE INDEX stretches_by_end ON stretches (to_at);`,
  carryOver(from, to) {
    for (const { id, name } of from.prepare('SELECT id, name FROM clusters').all() as unknown as Cluster[]) {
      const cluster = clusterNumber(to, name);
      endUnfinished(to, cluster);
      const rows = from.prepare(
        'SELECT s.subject, from_at, to_at, level FROM stretches JOIN level_subjects s ON s.id = stretches.subject WHERE cluster = ?',
      );
      for (const row of rows.all(id)) {
        const { subject, from_at, to_at, level } = row as unknown as StretchRow & { subject: string };
        putStretch(to, subjectNumber(to, cluster, subject), { level, from: from_at, to: to_at });
      }
      const at = aliveAt(from, id);
      if (at !== null) putAlive(to, cluster, at);
    }
  },
  tidy(database, now, room) {
    const before = now - (room === 'as-usual' ? keptMs : roomAfterMs);
    database
      .prepare(
        `DELETE FROM stretches WHERE (subject, from_at) IN (SELECT subject, from_at FROM stretches
           WHERE to_at < ? ORDER BY to_at LIMIT ${atOnce})`,
      )
      .run(before);
    keepMost(database);
    database.exec(
      `DELETE FROM level_subjects WHERE id IN (SELECT id FROM level_subjects s
         WHERE NOT EXISTS (SELECT 1 FROM stretches WHERE subject = s.id) LIMIT ${atOnce})`,
    );
  },
};

interface Cluster {
  id: number;
  name: string;
}

interface StretchRow {
  from_at: number;
  to_at: number | null;
  level: Stretch['level'];
}

/** What lasted when a process ended is known to have lasted until then, and no longer. */
export function endUnfinished(database: DatabaseSync, cluster: number): void {
  database
    .prepare(
      `UPDATE stretches SET to_at = max(from_at, ?) WHERE to_at IS NULL
         AND subject IN (SELECT id FROM level_subjects WHERE cluster = ?)`,
    )
    .run(aliveAt(database, cluster) ?? 0, cluster);
}

/** When the cluster was last watched, epoch ms; null if it never was. Whoever took a sample has watched too. */
export function aliveAt(database: DatabaseSync, cluster: number): number | null {
  const at = database.prepare('SELECT alive_at FROM watched WHERE cluster = ?').get(cluster)?.['alive_at'];
  const newest = database.prepare(
    `SELECT max(tick) AS tick FROM series_ticks WHERE id BETWEEN ? AND ?
       AND run = (SELECT run FROM series_runs WHERE cluster = ?)`,
  );
  const tick = newest.get(cluster * ticksRoom, (cluster + 1) * ticksRoom - 1, cluster)?.['tick'];
  const known = [at, typeof tick === 'number' ? tick * sampleMs : null].filter((each) => typeof each === 'number');
  return known.length === 0 ? null : Math.max(...known);
}

/** True if the samples themselves tell that the cluster was watched at this time (epoch ms): then nothing need be written. */
export function isToldBySamples(database: DatabaseSync, cluster: number | null, at: number): boolean {
  if (cluster === null) return false;
  const tick = Math.floor(at / sampleMs);
  const query = database.prepare('SELECT 1 FROM series_ticks WHERE id = ? AND tick = ?');
  // That of now may be about to be taken.
  return [tick, tick - 1].some((each) => query.get(cluster * ticksRoom + (each % ticksOfHour), each) !== undefined);
}

/** The cluster was watched at this time (epoch ms). */
export function putAlive(database: DatabaseSync, cluster: number, at: number): void {
  database.prepare('INSERT OR REPLACE INTO watched (cluster, alive_at) VALUES (?, ?)').run(cluster, at);
}

/** The number of a subject, which gets one if it has none. */
export function subjectNumber(database: DatabaseSync, cluster: number, subject: string): number {
  const known = database.prepare('SELECT id FROM level_subjects WHERE cluster = ? AND subject = ?');
  const id = known.get(cluster, subject)?.['id'];
  if (typeof id === 'number') return id;
  const put = database.prepare('INSERT INTO level_subjects (cluster, subject) VALUES (?, ?)');
  return Number(put.run(cluster, subject).lastInsertRowid);
}

/** Puts a stretch, or its end; one that has no length is taken away. */
export function putStretch(database: DatabaseSync, subject: number, { level, from, to }: Stretch): void {
  if (to !== null && to <= from) {
    database.prepare('DELETE FROM stretches WHERE subject = ? AND from_at = ?').run(subject, from);
    return;
  }
  database
    .prepare('INSERT OR REPLACE INTO stretches (subject, from_at, to_at, level) VALUES (?, ?, ?, ?)')
    .run(subject, from, to, level);
}

/** Lets go of the oldest stretches of a subject beyond its bound. */
export function keepMostOf(database: DatabaseSync, subject: number, most: number): void {
  const count = Number(database.prepare('SELECT count(*) AS n FROM stretches WHERE subject = ?').get(subject)?.['n']);
  if (count <= most) return;
  database
    .prepare(
      `DELETE FROM stretches WHERE subject = ? AND from_at IN
         (SELECT from_at FROM stretches WHERE subject = ? ORDER BY from_at LIMIT ?)`,
    )
    .run(subject, subject, count - most);
}

/** Lets go of what ended longest ago beyond the bound of all together. */
export function keepMost(database: DatabaseSync): void {
  const count = Number(database.prepare('SELECT count(*) AS n FROM stretches').get()?.['n']);
  if (count <= mostStretches.all) return;
  database
    .prepare(
      `DELETE FROM stretches WHERE (subject, from_at) IN (SELECT subject, from_at FROM stretches
         WHERE to_at IS NOT NULL ORDER BY to_at LIMIT ?)`,
    )
    .run(Math.min(atOnce, count - mostStretches.all));
}

/** The stretches of a subject that begin before `to` and end after `from`, oldest first; null if nothing is known of it. */
export function readStretches(
  database: DatabaseSync,
  clusterId: string,
  subject: string,
  { from, to }: { from: number; to: number },
): Stretch[] | null {
  const cluster = knownClusterNumber(database, clusterId);
  const find = database.prepare('SELECT id FROM level_subjects WHERE cluster = ? AND subject = ?');
  const id = find.get(cluster, subject)?.['id'];
  if (typeof id !== 'number') return null;
  const rows = database.prepare(
    `SELECT from_at, to_at, level FROM stretches WHERE subject = ? AND from_at < ? AND (to_at IS NULL OR to_at > ?)
       ORDER BY from_at`,
  );
  rows.setReturnArrays(true);
  const found = rows.all(id, to, from) as unknown as [number, number | null, Stretch['level']][];
  return found.map(([begin, end, level]) => ({ level, from: begin, to: end }));
}
