import type { DatabaseSync } from 'node:sqlite';
import type { Stretch } from '#shared/history.ts';
import { clusterNumber, knownClusterNumber } from './cluster-number.ts';
import type { HistoryAccess } from './database-access.ts';
import { flattened } from './flattened.ts';
import type { LevelStore } from './history.ts';
import {
  aliveAt,
  endUnfinished,
  keepMost,
  isToldBySamples,
  keepMostOf,
  mostStretches,
  putAlive,
  putStretch,
  readStretches,
  subjectNumber,
} from './stretch-rows.ts';

/** The bound of all stretches together is looked after so often. */
const lookAfter = 5_000;

/** Stretches by their begin. */
type Stretches = Map<number, Stretch>;

/** A store whose stretches wait up to 15 s, for `alive`, before they are written. */
export interface BufferedLevels extends LevelStore {
  /** Writes what waits. */
  flush(): void;
}

/** The levels of one cluster. `now` is epoch ms: nothing later is told. */
export function createLevelStore(access: HistoryAccess, clusterId: string, now: () => number): BufferedLevels {
  return new WaitingLevels(access, clusterId, now);
}

class WaitingLevels implements BufferedLevels {
  #access: HistoryAccess;
  #clusterId: string;
  #now: () => number;
  /** What lasts, by subject. */
  #last = new Map<string, Stretch>();
  /** What is not written yet. */
  #waiting = new Map<string, Stretches>();
  #seenAt = -Infinity;
  #writtenAt = -Infinity;
  /** The database that holds all but what waits, null before the first. */
  #writtenTo: DatabaseSync | null = null;
  #unlooked = 0;

  constructor(access: HistoryAccess, clusterId: string, now: () => number) {
    this.#access = access;
    this.#clusterId = clusterId;
    this.#now = now;
  }

  record(subject: string, level: Stretch['level'], at: number): void {
    this.#see(at);
    const before = this.#last.get(subject);
    if (before?.level === level) return;
    this.#end(subject, at);
    this.#put(subject, { level, from: Math.max(at, before?.from ?? at), to: null });
  }

  pause(at: number): void {
    for (const subject of [...this.#last.keys()]) this.#end(subject, at);
  }

  alive(at: number): void {
    this.#see(at);
    this.flush();
  }

  flush(): void {
    const nothingNew = this.#waiting.size === 0 && this.#isSettled();
    if (nothingNew && (this.#seenAt === this.#writtenAt || this.#isTold())) return;
    for (const stretches of this.#waiting.values()) this.#unlooked += stretches.size;
    let to: DatabaseSync | null = null;
    this.#access.write((database) => this.#writeTo((to = database)));
    if (this.#unlooked >= lookAfter) this.#unlooked = 0;
    [this.#writtenTo, this.#writtenAt, this.#waiting] = [to, this.#seenAt, new Map()];
  }

  read(subject: string, from: number, to: number): Stretch[] | null {
    if (!this.#isSettled()) this.flush();
    const present = this.#now();
    const span = { from, to: Math.min(to, present + 1) };
    const past = this.#readPast(subject, span);
    const kept = this.#access.read((database) => readStretches(database, this.#clusterId, subject, span));
    const waits = this.#waiting.get(subject);
    if (past === null && kept === null && waits === undefined) return null;
    return flattened(merged(past ?? [], kept ?? [], [...(waits?.values() ?? [])]))
      .filter((each) => each.from < to && each.from <= present && (each.to ?? Infinity) > Math.max(from, each.from))
      .map((each) => (each.to === null || each.to <= present ? each : { ...each, to: present }));
  }

  #put(subject: string, stretch: Stretch): void {
    const stretches: Stretches = this.#waiting.get(subject) ?? new Map();
    stretches.set(stretch.from, stretch);
    this.#waiting.set(subject, stretches);
    if (stretch.to === null) this.#last.set(subject, stretch);
    else this.#last.delete(subject);
  }

  #end(subject: string, at: number): void {
    const stretch = this.#last.get(subject);
    if (stretch !== undefined) this.#put(subject, { ...stretch, to: Math.max(at, stretch.from) });
  }

  /** What began in what is now the future has ended when it was last seen; it begins anew in the present. */
  #see(at: number): void {
    if (at < this.#seenAt) {
      for (const [subject, { from }] of [...this.#last]) if (from > at) this.#end(subject, this.#seenAt);
    }
    this.#seenAt = at;
  }

  /** To a database that holds nothing of ours yet goes all that lasts. */
  #writeTo(database: DatabaseSync): void {
    const cluster = clusterNumber(database, this.#clusterId);
    const isNew = database !== this.#writtenTo;
    if (isNew) endUnfinished(database, cluster);
    const lasting: [string, Stretches][] = [...this.#last].map(([subject, each]) => [
      subject,
      new Map([[each.from, each]]),
    ]);
    for (const [subject, stretches] of [...(isNew ? lasting : []), ...this.#waiting]) {
      const number = subjectNumber(database, cluster, subject);
      for (const stretch of stretches.values()) putStretch(database, number, stretch);
      keepMostOf(database, number, subject.includes('|') ? mostStretches.finding : mostStretches.area);
    }
    if (this.#unlooked >= lookAfter) keepMost(database);
    if (this.#seenAt > -Infinity) putAlive(database, cluster, this.#seenAt);
  }

  #isSettled(): boolean {
    return this.#access.read((database) => database === this.#writtenTo);
  }

  /** A page for each `alive` would be as much as all samples are. */
  #isTold(): boolean {
    return this.#access.read((database) => {
      return isToldBySamples(database, knownClusterNumber(database, this.#clusterId), this.#seenAt);
    });
  }

  /** What the file told before history went on in memory: there nobody can end what lasted. */
  #readPast(subject: string, span: { from: number; to: number }): Stretch[] | null {
    return this.#access.readPast((database) => {
      const until = aliveAt(database, knownClusterNumber(database, this.#clusterId) ?? -1) ?? 0;
      const stretches = readStretches(database, this.#clusterId, subject, span);
      return stretches?.map((each) => ({ ...each, to: each.to ?? Math.max(each.from, until) })) ?? null;
    });
  }
}

/** Stretches by their begin; where several begin in the same moment the last list counts. The first two are in order. */
function merged(past: Stretch[], kept: Stretch[], waiting: Stretch[]): Stretch[] {
  if (past.length + waiting.length === 0) return kept;
  const byBegin: Stretches = new Map([...past, ...kept, ...waiting].map((each) => [each.from, each]));
  return [...byBegin.values()].sort((a, b) => a.from - b.from);
}
