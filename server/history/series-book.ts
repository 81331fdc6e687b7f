import { clusterNumber, knownClusterNumber } from './cluster-number.ts';
import { mostSeries, sampleMs, type Sample } from './history.ts';
import { mostSlots, newestTicks, type Run } from './series-ticks.ts';
import { ticksOfHour, type Statements } from './series-tables.ts';

/** A series of the book. */
export interface KnownSeries {
  id: number;
  name: string;
  /** Its place in the rows of the running hour. */
  slot: number;
  /** The newest tick at which it was measured. */
  seenTick: number;
  lasting: boolean;
}

/** Which series of a cluster there are, and its running hour. It is read once for each database and hour. */
export interface Book extends Run {
  series: Map<string, KnownSeries>;
  /** Slots with values of the running hour, also of series that had to go. */
  taken: Set<number>;
}

/** What stands in the database; `create` where it is about to be written. Null if nothing was kept of the cluster yet. */
export function loadBook(statements: Statements, clusterId: string, create: boolean): Book | null {
  const cluster = (create ? clusterNumber : knownClusterNumber)(statements.database, clusterId);
  if (cluster === null) return null;
  const run = runOf(statements, cluster);
  const newest = newestTicks(statements, run);
  const rows = statements
    .of('SELECT id, name, slot, seen_at AS seenAt, lasting FROM series WHERE cluster = ? ORDER BY id')
    .all(cluster) as { id: number; name: string; slot: number; seenAt: number; lasting: number }[];
  const series = rows.map(({ id, name, slot, seenAt, lasting }) => {
    const seenTick = Math.max(Math.floor(seenAt / sampleMs), newest.get(slot) ?? 0);
    return [name, { id, name, slot, seenTick, lasting: lasting === 1 }] as const;
  });
  const taken = new Set([...rows.map(({ slot }) => slot), ...newest.keys()]);
  return { ...run, series: new Map(series), taken };
}

function runOf(statements: Statements, cluster: number): Run {
  const row = statements.of('SELECT run, hour FROM series_runs WHERE cluster = ?').get(cluster);
  const { run, hour } = (row ?? { run: 0, hour: null }) as { run: number; hour: number | null };
  return { cluster, run, hour };
}

/**
 * Finds a place for each new series, and returns how many found none. Where there are too many, those that have not been
 * measured for longest go, never a lasting one nor one that is measured in this very tick.
 */
export function admit(statements: Statements, book: Book, samples: ReadonlyMap<string, Sample>, tick: number): number {
  const known = [...samples.values()].filter(({ series }) => book.series.has(series));
  for (const { series, lasting } of known) setLasting(statements, book.series.get(series), lasting);
  const fresh = [...samples.values()].filter(({ series }) => !book.series.has(series));
  if (fresh.length === 0) return 0;
  const leaving = leavable(book, samples, book.series.size + fresh.length - mostSeries);
  let leftOut = 0;
  for (const sample of fresh.toSorted((a, b) => Number(b.lasting) - Number(a.lasting))) {
    if (book.series.size >= mostSeries) remove(statements, book, leaving.shift());
    const slot = freeSlot(book);
    if (book.series.size >= mostSeries || slot === null) leftOut += 1;
    else beginSeries(statements, book, sample, slot, tick);
  }
  return leftOut;
}

/**
 * A series was measured at this tick. It is written once an hour (`saveSeen`), since the running hour itself tells what came
 * later, and at once if it was away for longer: what was away for two years is let go by what is written.
 */
export function markSeen(statements: Statements, known: KnownSeries, tick: number): void {
  const away = tick - known.seenTick > ticksOfHour;
  known.seenTick = Math.max(known.seenTick, tick);
  if (away) writeSeen(statements, known);
}

/** Writes of each series that was measured since `fromTick` when that was last. */
export function saveSeen(statements: Statements, book: Book, fromTick: number): void {
  for (const known of book.series.values()) if (known.seenTick >= fromTick) writeSeen(statements, known);
}

function writeSeen(statements: Statements, { id, seenTick }: KnownSeries): void {
  statements.of('UPDATE series SET seen_at = ? WHERE id = ?').run(seenTick * sampleMs, id);
}

function setLasting(statements: Statements, known: KnownSeries | undefined, lasting: boolean): void {
  if (known === undefined || known.lasting === lasting) return;
  known.lasting = lasting;
  statements.of('UPDATE series SET lasting = ? WHERE id = ?').run(Number(lasting), known.id);
}

function leavable(book: Book, samples: ReadonlyMap<string, Sample>, count: number): KnownSeries[] {
  if (count <= 0) return [];
  return [...book.series.values()]
    .filter(({ name, lasting }) => !lasting && !samples.has(name))
    .toSorted((a, b) => a.seenTick - b.seenTick)
    .slice(0, count);
}

function remove(statements: Statements, book: Book, known: KnownSeries | undefined): void {
  if (known === undefined) return;
  statements.of('DELETE FROM series WHERE id = ?').run(known.id);
  book.series.delete(known.name);
}

/** The first slot that nobody has, null if there is none: that of a series that had to go has its values until the hour is over. */
export function freeSlot({ taken }: Book): number | null {
  for (let slot = 0; slot < mostSlots; slot += 1) if (!taken.has(slot)) return slot;
  return null;
}

/** Adds a series to the book. */
export function beginSeries(
  statements: Statements,
  book: Book,
  { series: name, lasting }: Pick<Sample, 'series' | 'lasting'>,
  slot: number,
  tick: number,
): KnownSeries {
  const { lastInsertRowid } = statements
    .of('INSERT INTO series (cluster, name, slot, seen_at, lasting) VALUES (?, ?, ?, ?, ?)')
    .run(book.cluster, name, slot, tick * sampleMs, Number(lasting));
  const known = { id: Number(lastInsertRowid), name, slot, seenTick: tick, lasting };
  book.series.set(name, known);
  book.taken.add(slot);
  return known;
}
