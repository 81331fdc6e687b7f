import type { Snapshot } from '#server/engine/snapshot.ts';
import { backupIndex } from './backup-index.ts';
import { isPastTime, isStillSo, soLong, type SoLong } from './backup-memory.ts';
import type { BackupPlan, BackupRun } from './backup-view.ts';

/** How the last run of something ended. */
export interface LastRun {
  run: BackupRun;
  /** How many in a row ended so badly, newest first, as far as they are listed. */
  inARow: number;
  /** Of when the first of them is, epoch ms; null where not told. */
  firstAt: number | null;
}

/** The last run of each thing that a plan covers, or of the plan where its runs cover nothing that is known. Those that still run do not count. */
export function lastRunsOf({ key }: BackupPlan, snapshot: Snapshot): LastRun[] {
  return lastRuns(backupIndex(snapshot).runsOfPlan.get(key) ?? [], snapshot.now);
}

/** The same of any runs: one for each thing that they cover; two things of one run are told once. */
export function lastRuns(runs: readonly BackupRun[], now: number): LastRun[] {
  const before = kept.get(runs);
  if (before !== undefined && isStillSo(before, now)) return before.last;
  const last = workOutLast(runs, now);
  kept.set(runs, { ...soLong(runs, now), last });
  return last;
}

/** Thousands of runs are looked through once, for as long as they are the same and none that is still to come has come. */
const kept = new WeakMap<readonly BackupRun[], SoLong & { last: LastRun[] }>();

function workOutLast(runs: readonly BackupRun[], now: number): LastRun[] {
  const ended = runs.filter(({ result }) => result !== 'running').sort((a, b) => timeOf(b, now) - timeOf(a, now));
  const byCovered = new Map<string, BackupRun[]>();
  for (const run of ended) {
    for (const covered of run.covers.length === 0 ? [''] : run.covers) {
      const held = byCovered.get(covered);
      if (held === undefined) byCovered.set(covered, [run]);
      else held.push(run);
    }
  }
  const last = new Map<BackupRun, LastRun>();
  for (const [newest, ...others] of byCovered.values()) {
    if (newest === undefined || last.has(newest)) continue;
    const untilGood = others.findIndex(({ result }) => result === 'good');
    const row = newest.result === 'good' ? [] : [newest, ...(untilGood === -1 ? others : others.slice(0, untilGood))];
    const first = row.at(-1)?.at ?? null;
    last.set(newest, { run: newest, inARow: row.length, firstAt: isPastTime(first, now) ? first : null });
  }
  return [...last.values()];
}

/** What does not tell when it was may be old: it does not go before what does. */
function timeOf({ at }: BackupRun, now: number): number {
  return isPastTime(at, now) ? at : 0;
}
