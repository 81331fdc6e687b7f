import { clustersSchema } from './cluster-number.ts';
import type { DatabaseAccess, HistoryPart } from './database-access.ts';
import {
  sampleMs,
  type MeasuredSum,
  type Sample,
  type SeriesPoints,
  type SeriesStore,
  type TrendPoint,
} from './history.ts';
import { admit, loadBook, markSeen, type Book } from './series-book.ts';
import { carryOverSeries } from './series-carry-over.ts';
import { beginHour, flushHour } from './series-flush.ts';
import { readPoints, readSums, readTrends } from './series-read.ts';
import { seriesSchema, Statements, ticksOfHour } from './series-tables.ts';
import { putTick } from './series-ticks.ts';
import { tidySeries } from './series-tidy.ts';

/** What of the database is series: measured values of all clusters. */
export const seriesPart: HistoryPart = {
  schema: clustersSchema + seriesSchema,
  carryOver: carryOverSeries,
  tidy: tidySeries,
};

/** The series of one cluster (by its identity). `now` in epoch ms: nothing after it is told. */
export function createSeriesStore(access: DatabaseAccess, clusterId: string, now: () => number): SeriesStore {
  return new DatabaseSeries(access, clusterId, now);
}

/** What is known of the database of one generation. `book` null: to be read. */
interface Held {
  generation: number;
  statements: Statements;
  book: Book | null;
}

// A name is its area, measure, kind, namespace and name; Kubernetes has none longer than 253 letters.
const longestName = 1_000;

class DatabaseSeries implements SeriesStore {
  #access: DatabaseAccess;
  #clusterId: string;
  #now: () => number;
  #held: Held | null = null;
  #leftOut = 0;

  constructor(access: DatabaseAccess, clusterId: string, now: () => number) {
    this.#access = access;
    this.#clusterId = clusterId;
    this.#now = now;
  }

  get leftOut(): number {
    return this.#leftOut;
  }

  record(at: number, samples: readonly Sample[]): void {
    const tick = Math.floor(at / sampleMs);
    if (!Number.isSafeInteger(tick) || tick < 0) return;
    const { wanted, refused } = recordable(samples);
    let book: Book | null = null;
    let leftOut = 0;
    this.#access.write((database) => {
      const held = this.#heldOf(database);
      book = this.#bookAt(held, tick);
      // Until all of it is written: what is undone by a failing disk must not be believed.
      held.book = null;
      leftOut = write(held.statements, book, tick, wanted);
    });
    if (this.#held !== null) this.#held.book = book;
    this.#leftOut = leftOut + refused;
  }

  read(series: string, from: number, to: number, points: number): SeriesPoints | null {
    return this.#read(null, (statements, book) => {
      const known = book.series.get(series.toWellFormed());
      return known === undefined ? null : readPoints(statements, book, known, { from, to, points }, this.#now());
    });
  }

  trends(series: readonly string[], from: number): ReadonlyMap<string, readonly TrendPoint[]> {
    return this.#read(new Map(), (statements, book) => {
      const known = [...new Set(series)].flatMap((name) => book.series.get(name) ?? []);
      return readTrends(statements, book, known, from, this.#now());
    });
  }

  sums(series: readonly string[], edges: readonly number[]): ReadonlyMap<string, readonly MeasuredSum[]> {
    return this.#read(new Map(), (statements, book) => {
      const known = [...new Set(series)].flatMap((name) => book.series.get(name) ?? []);
      return readSums(statements, book, known, edges, this.#now());
    });
  }

  names(): readonly string[] {
    return this.#read([], (_, book) => [...book.series.keys()].toSorted());
  }

  /** The book of the hour of this tick; the hour before is ended if it is another. */
  #bookAt({ statements, book: known }: Held, tick: number): Book {
    const book = known ?? loadBook(statements, this.#clusterId, true)!;
    const hour = Math.floor(tick / ticksOfHour);
    if (book.hour === hour) return book;
    flushHour(statements, book);
    beginHour(statements, book, hour);
    // Read anew: slots are free again, and series that are too old may have been let go meanwhile.
    return loadBook(statements, this.#clusterId, true)!;
  }

  #read<T>(none: T, work: (statements: Statements, book: Book) => T): T {
    return this.#access.read((database) => {
      const held = this.#heldOf(database);
      held.book ??= loadBook(held.statements, this.#clusterId, false);
      return held.book === null ? none : work(held.statements, held.book);
    });
  }

  #heldOf(database: Statements['database']): Held {
    const { generation } = this.#access;
    const held = this.#held;
    if (held?.generation === generation && held.statements.database === database) return held;
    return (this.#held = { generation, statements: new Statements(database), book: null });
  }
}

/** Writes a tick of the running hour; returns how many series found no room. */
function write(statements: Statements, book: Book, tick: number, wanted: ReadonlyMap<string, Sample>): number {
  const leftOut = admit(statements, book, wanted, tick);
  const values = new Map<number, number>();
  for (const [name, { value }] of wanted) {
    const known = book.series.get(name);
    if (known === undefined) continue;
    markSeen(statements, known, tick);
    values.set(known.slot, value);
  }
  putTick(statements, book, tick, values, Math.max(-1, ...book.taken) + 1);
  return leftOut;
}

/** The last value of each series that is one; those with a name that nothing has are refused. */
function recordable(samples: readonly Sample[]): { wanted: Map<string, Sample>; refused: number } {
  const wanted = new Map<string, Sample>();
  const refused = new Set<string>();
  for (const { series, value, lasting } of samples) {
    // SQLite keeps UTF-8, in which half a character would become another name.
    const name = series.toWellFormed();
    if (name === '' || name.length > longestName || name.includes('\0')) refused.add(name);
    // As it is kept: in 32 bits, where what is too large is infinite.
    else if (Number.isFinite(Math.fround(value))) wanted.set(name, { series: name, value, lasting });
  }
  return { wanted, refused: refused.size };
}
