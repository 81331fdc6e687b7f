import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { isBroken } from './disk-problem.ts';

/** Rows of a table in the order of one integer; `where` narrows them and ends in "AND ". */
export interface RowsByNumber {
  table: string;
  key: string;
  where?: string;
}

/** How many rows were copied, and how often there was something between them that could not be read. */
export interface Readable {
  rows: number;
  gaps: number;
}

/** Who has more damage than this in one table does not get what follows. */
const mostGaps = 500;

/**
 * Copies the rows that stand on pages which can be read into the same table of `to`. From a damaged page on, the next number
 * that can be looked up is searched in steps that double and then halve. Throws what is no damage.
 */
export function copyReadable(from: DatabaseSync, to: DatabaseSync, { table, key, where = '' }: RowsByNumber): Readable {
  const select = `SELECT ${key}, * FROM ${table} WHERE ${where}${key} >= ? ORDER BY ${key}`;
  const [all, one] = [arraysOf(from, select), arraysOf(from, `${select} LIMIT 1`)];
  const put = putting(to, table);
  const found: Readable = { rows: 0, gaps: 0 };
  for (let next: number | null = 0; next !== null && found.gaps < mostGaps; next = readableFrom(one, next)) {
    try {
      for (const [at, ...row] of rowsOf(all, next)) {
        put(row);
        next = Number(at) + 1;
        found.rows += 1;
      }
      return found;
    } catch (error) {
      if (!isBroken(error)) throw error;
      found.gaps += 1;
    }
  }
  return found;
}

/** The same for a table without numbers, ordered by `keys`: from its begin and from its end, each up to the first damage. */
export function copyFromBothEnds(from: DatabaseSync, to: DatabaseSync, table: string, keys: string[]): Readable {
  const put = putting(to, table);
  const found: Readable = { rows: 0, gaps: 0 };
  for (const way of ['ASC', 'DESC']) {
    const all = arraysOf(from, `SELECT * FROM ${table} ORDER BY ${keys.map((key) => `${key} ${way}`).join(', ')}`);
    try {
      for (const row of rowsOf(all)) {
        put(row);
        found.rows += 1;
      }
      return found;
    } catch (error) {
      if (!isBroken(error)) throw error;
      found.gaps = 1;
    }
  }
  return found;
}

/** The next number from which on a row can be read, or the end; null if there is none. */
function readableFrom(one: StatementSync, start: number): number | null {
  // Chunks of the next hour lie a power of two (`seriesRoom`) further on: two less is still among them, not at the hour after.
  let step = 2;
  while (!canRead(one, start + step - 2)) {
    step *= 2;
    if (start + step > Number.MAX_SAFE_INTEGER) return null;
  }
  let [unread, read] = [start + step / 2 - 2, start + step - 2];
  while (read - unread > 1) {
    const middle = Math.floor((unread + read) / 2);
    if (canRead(one, middle)) read = middle;
    else unread = middle;
  }
  return read;
}

function canRead(one: StatementSync, from: number): boolean {
  try {
    one.get(from);
    return true;
  } catch (error) {
    if (!isBroken(error)) throw error;
    return false;
  }
}

function arraysOf(database: DatabaseSync, query: string): StatementSync {
  const statement = database.prepare(query);
  statement.setReturnArrays(true);
  return statement;
}

function rowsOf(statement: StatementSync, ...values: SQLInputValue[]): Iterable<SQLInputValue[]> {
  return statement.iterate(...values) as unknown as Iterable<SQLInputValue[]>;
}

function putting(to: DatabaseSync, table: string): (row: SQLInputValue[]) => void {
  const columns = to.prepare(`PRAGMA table_info(${table})`).all().length;
  const put = to.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`);
  return (row) => void put.run(...row);
}
