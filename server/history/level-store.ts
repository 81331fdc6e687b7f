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
  const last = new Map<string, Stretch>();
  let waiting = new Map<string, Stretches>();
  let seenAt = -Infinity;
  let writtenAt = -Infinity;
  let writtenTo: DatabaseSync | null = null;
  let unlooked = 0;

  function put(subject: string, stretch: Stretch): void {
    const stretches: Stretches = waiting.get(subject) ?? new Map();
    stretches.set(stretch.from, stretch);
    waiting.set(subject, stretches);
    if (stretch.to === null) last.set(subject, stretch);
    else last.delete(subject);
  }

  function end(subject: string, at: number): void {
    const stretch = last.get(subject);
    if (stretch !== undefined) put(subject, { ...stretch, to: Math.max(at, stretch.from) });
  }

  /** What began in what is now the future has ended when it was last seen; it begins anew in the present. */
  function see(at: number): void {
    if (at < seenAt) for (const [subject, { from }] of [...last]) if (from > at) end(subject, seenAt);
    seenAt = at;
  }

  /** To a database that holds nothing of ours yet goes all that lasts. */
  function writeTo(database: DatabaseSync): void {
    const cluster = clusterNumber(database, clusterId);
    const isNew = database !== writtenTo;
    if (isNew) endUnfinished(database, cluster);
    const lasting = isNew
      ? [...last].map(([subject, each]): [string, Stretches] => [subject, new Map([[each.from, each]])])
      : [];
    for (const [subject, stretches] of [...lasting, ...waiting]) {
      const number = subjectNumber(database, cluster, subject);
      for (const stretch of stretches.values()) putStretch(database, number, stretch);
      keepMostOf(database, number, subject.includes('|') ? mostStretches.finding : mostStretches.area);
    }
    if (unlooked >= lookAfter) keepMost(database);
    if (seenAt > -Infinity) putAlive(database, cluster, seenAt);
  }

  function flush(): void {
    if (waiting.size === 0 && seenAt === writtenAt && isSettled()) return;
    for (const stretches of waiting.values()) unlooked += stretches.size;
    let to: DatabaseSync | null = null;
    access.write((database) => writeTo((to = database)));
    if (unlooked >= lookAfter) unlooked = 0;
    [writtenTo, writtenAt, waiting] = [to, seenAt, new Map()];
  }

  const isSettled = () => access.read((database) => database === writtenTo);

  /** What the file told before history went on in memory: there nobody can end what lasted. */
  function readPast(subject: string, span: { from: number; to: number }): Stretch[] | null {
    return access.readPast((database) => {
      const until = aliveAt(database, knownClusterNumber(database, clusterId) ?? -1) ?? 0;
      const stretches = readStretches(database, clusterId, subject, span);
      return stretches?.map((each) => ({ ...each, to: each.to ?? Math.max(each.from, until) })) ?? null;
    });
  }

  return {
    flush,
    record(subject, level, at) {
      see(at);
      const before = last.get(subject);
      if (before?.level === level) return;
      end(subject, at);
      put(subject, { level, from: Math.max(at, before?.from ?? at), to: null });
    },
    pause(at) {
      for (const subject of [...last.keys()]) end(subject, at);
    },
    alive(at) {
      see(at);
      flush();
    },
    read(subject, from, to) {
      if (!isSettled()) flush();
      const present = now();
      const span = { from, to: Math.min(to, present + 1) };
      const past = readPast(subject, span);
      const kept = access.read((database) => readStretches(database, clusterId, subject, span));
      const waits = waiting.get(subject);
      if (past === null && kept === null && waits === undefined) return null;
      const byBegin: Stretches = new Map([...(past ?? []), ...(kept ?? [])].map((each) => [each.from, each]));
      for (const [begin, stretch] of waits ?? []) byBegin.set(begin, stretch);
      return flattened([...byBegin.values()].toSorted((a, b) => a.from - b.from))
        .filter((each) => each.from < to && each.from <= present && (each.to ?? Infinity) > Math.max(from, each.from))
        .map((each) => (each.to === null ? each : { ...each, to: Math.min(each.to, present) }));
    },
  };
}
