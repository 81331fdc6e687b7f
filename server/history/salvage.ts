import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openDamaged } from './database-file.ts';
import { migrate, schemaVersion, versionOf } from './database-schema.ts';
import { episodePart } from './episode-store.ts';
import { identityRows, keptRowsOfAll, putIdentity, putKeptRow } from './kept-rows.ts';
import { momentPart } from './moment-store.ts';
import { copyFromBothEnds, copyReadable } from './readable-rows.ts';
import { seriesPart } from './series-store.ts';
import { chunkTables } from './series-tables.ts';
import { stretchPart } from './stretch-rows.ts';
import { inTransaction } from './transaction.ts';

/** A part of a file: what it is called for people, the tables that its rows are counted in, and how it is taken over. */
interface Part {
  what: string;
  counted: readonly string[];
  carryOver(from: DatabaseSync, to: DatabaseSync): void;
}

const keptPart: Part = {
  what: 'open findings and acknowledgements',
  counted: ['kept'],
  carryOver(from, to) {
    for (const row of identityRows(from)) putIdentity(to, row);
    for (const { cluster, ...row } of keptRowsOfAll(from)) putKeptRow(to, cluster, row);
  },
};

const laterParts: readonly Part[] = [
  { what: 'the timeline', counted: ['moments'], carryOver: momentPart.carryOver },
  { what: 'past findings', counted: ['episodes'], carryOver: episodePart.carryOver },
  // Before the series: until when somebody watched is read from the series that stand there.
  { what: 'levels', counted: ['stretches'], carryOver: stretchPart.carryOver },
  {
    what: 'series',
    counted: ['series_ticks', ...chunkTables.map(({ name }) => name)],
    carryOver: seriesPart.carryOver,
  },
];

const numbered = ['clusters', 'series', 'series_ticks', 'series_ahead', 'level_subjects', 'episodes', 'moments'];

type Outcome = 'whole' | 'in part' | 'not';

/**
 * Copies what can still be read of a damaged file into a new one: parts as a whole, those in which there is damage row by row.
 * Gives a sentence about what that is: "series could be read in part, all else as a whole".
 */
export function salvage(brokenFile: string, to: DatabaseSync, log: (text: string) => void): string {
  const outcomes = new Map<string, Outcome>();
  attempt(log, () => {
    const from = openDamaged(brokenFile);
    if (from === null) return;
    try {
      // Of the first version there is nothing else.
      const parts = versionOf(from) < schemaVersion ? [keptPart] : [keptPart, ...laterParts];
      for (const { what } of parts) outcomes.set(what, 'not');
      const damaged = parts.filter((part) => !isTakenWhole(part, from, to, log));
      for (const { what } of parts) if (!damaged.some((part) => part.what === what)) outcomes.set(what, 'whole');
      if (damaged.length > 0) takeRows(brokenFile, from, to, damaged, outcomes, log);
    } finally {
      from.close();
    }
  });
  return sentence(outcomes);
}

function isTakenWhole(part: Part, from: DatabaseSync, to: DatabaseSync, log: (text: string) => void): boolean {
  return attempt(log, () => inTransaction(to, () => part.carryOver(from, to)));
}

/** By way of a whole file with the rows that can be read: there each part is taken over as it always is. */
function takeRows(
  brokenFile: string,
  from: DatabaseSync,
  to: DatabaseSync,
  damaged: readonly Part[],
  outcomes: Map<string, Outcome>,
  log: (text: string) => void,
): void {
  const file = `${brokenFile}.part`;
  rmSync(file, { force: true });
  const scratch = new DatabaseSync(file);
  try {
    scratch.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500');
    migrate(scratch);
    const rows = copyTables(from, scratch);
    for (const { what, counted, carryOver } of damaged) {
      attempt(log, () => {
        inTransaction(to, () => carryOver(scratch, to));
        if (counted.some((table) => (rows.get(table) ?? 0) > 0)) outcomes.set(what, 'in part');
      });
    }
  } finally {
    scratch.close();
    rmSync(file, { force: true });
  }
}

/** How many rows were read of each table. */
function copyTables(from: DatabaseSync, scratch: DatabaseSync): Map<string, number> {
  const rows = new Map<string, number>();
  inTransaction(scratch, () => {
    rows.set('identities', copyFromBothEnds(from, scratch, 'identities', ['server', 'cluster']).rows);
    rows.set('kept', copyFromBothEnds(from, scratch, 'kept', ['cluster', 'shelf', 'key']).rows);
    if (versionOf(from) < schemaVersion) return;
    for (const table of [...numbered, ...chunkTables.map(({ name }) => name)]) {
      rows.set(table, copyReadable(from, scratch, { table, key: 'rowid' }).rows);
    }
    for (const table of ['series_runs', 'watched']) {
      rows.set(table, copyReadable(from, scratch, { table, key: 'cluster' }).rows);
    }
    const subjects = scratch
      .prepare('SELECT id FROM level_subjects')
      .all()
      .map(({ id }) => Number(id));
    const stretches = subjects.map((subject) => {
      const where = `subject = ${subject} AND `;
      return copyReadable(from, scratch, { table: 'stretches', key: 'from_at', where }).rows;
    });
    rows.set(
      'stretches',
      stretches.reduce((sum, each) => sum + each, 0),
    );
  });
  return rows;
}

/** True if it could be done. Whatever damage may make of a value, the wall goes on. */
function attempt(log: (text: string) => void, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    log(`a part of the broken history cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function sentence(outcomes: ReadonlyMap<string, Outcome>): string {
  const of = (outcome: Outcome) => [...outcomes].filter(([, each]) => each === outcome).map(([what]) => what);
  const [whole, inPart, not] = [of('whole'), of('in part'), of('not')];
  if (not.length === outcomes.size) return 'nothing of it could be read';
  if (whole.length === outcomes.size) return 'all of it could be read';
  const told = [
    ...(whole.length === 0 ? [] : [`${list(whole)} could be read`]),
    ...(inPart.length === 0 ? [] : [`${list(inPart)} in part`]),
    ...(not.length === 0 ? [] : [`${list(not)} not`]),
  ];
  return whole.length === 0 ? told.join(', ').replace(' in part', ' could be read in part') : told.join(', ');
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
