import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { isPastTime, isStillSo, knownBytes, soLong, type BackupMemory, type SoLong } from './backup-memory.ts';
import { backupIndex } from './backup-index.ts';
import { plansOf, runsOf, type BackupPlan, type BackupRun, type BackupSystem, type Covered } from './backup-view.ts';
import { perFacts } from './per-snapshot.ts';

/** The newest good backup of something. */
export interface LastGood {
  system: BackupSystem;
  /** Of when its data are, epoch ms; null if there is one of which that is not told. */
  at: number | null;
  bytes: number | null;
  /** `Kind/namespace/name` of what tells of it. */
  object: string;
}

/** What is remembered of backups, as other checks and tiles get it. */
export type BackupMemories = ReadonlyMap<string, unknown>;

/** The newest good backup of a claim, of this system or any: of what there is, and what is remembered. Null if none is known. */
export function lastGoodOf(
  covered: Covered,
  snapshot: Snapshot,
  memories: BackupMemories,
  system?: BackupSystem,
): LastGood | null {
  const good = (memories.get(covered) as BackupMemory | undefined)?.good ?? none;
  const [runs, plans] = [runsOf(covered, snapshot), plansOf(covered, snapshot)];
  const { now } = snapshot;
  const kept = keptOf(snapshot);
  const key = `${system ?? ''} ${good === none ? 'forgotten' : 'remembered'} ${covered}`;
  const before = kept.get(key);
  const isSame = before?.runs === runs && before.plans === plans && before.good === good;
  if (isSame && isStillSo(before, now)) return before.found;
  const found = newestGood({ runs, plans, good }, now, system);
  if (before === undefined && kept.size >= mostKept) kept.clear();
  const times = [...runs, ...plans.map(({ lastGoodAt }) => ({ at: lastGoodAt })), ...good];
  kept.set(key, { runs, plans, good, found, ...soLong(times, now) });
  return found;
}

interface From {
  runs: readonly BackupRun[];
  plans: readonly BackupPlan[];
  good: BackupMemory['good'];
}

const none: BackupMemory['good'] = [];

/** Of hundreds of claims, asked for several times a second: what was found last of each, as long as nothing of it changes. */
const keptOf = perFacts(['persistentVolumeClaim'], () => new Map<string, From & SoLong & { found: LastGood | null }>());
const mostKept = 10_000;

function newestGood({ runs, plans, good }: From, now: number, system: BackupSystem | undefined): LastGood | null {
  const isOf = (each: { system: BackupSystem }) => system === undefined || each.system === system;
  const newest = newestOf(now);
  for (const run of runs) if (run.result === 'good' && isOf(run)) newest.take(run.system, run.at, run.bytes, run);
  for (const plan of plans) {
    if (plan.lastGoodAt !== null && isOf(plan)) newest.take(plan.system, plan.lastGoodAt, null, plan);
  }
  for (const each of good) if (isOf(each)) newest.take(each.system, each.at, each.bytes, each.object);
  return newest.found();
}

/** The newest good run of a plan, whatever it was of; `lastOf` tells that of each thing that it covers. Null if none is known. */
export function lastGoodOfPlan(
  plan: BackupPlan,
  snapshot: Snapshot,
  lastOf: (covered: Covered, system: BackupSystem) => LastGood | null,
): LastGood | null {
  const newest = newestOf(snapshot.now);
  for (const run of backupIndex(snapshot).runsOfPlan.get(plan.key) ?? []) {
    if (run.result === 'good') newest.take(run.system, run.at, run.bytes, run);
  }
  if (plan.lastGoodAt !== null) newest.take(plan.system, plan.lastGoodAt, null, plan);
  for (const covered of plan.covers) {
    const last = lastOf(covered, plan.system);
    if (last !== null) newest.take(last.system, last.at, last.bytes, last.object);
  }
  return newest.found();
}

type Teller = string | { subject: Subject };

/**
 * Finds the newest of those it is given: those with a time that can be go before those without; of one time the one that tells how
 * much is in it. Hundreds of claims are asked for each second, so nothing is made of those that are not it.
 */
function newestOf(now: number) {
  let best: { system: BackupSystem; at: number | null; bytes: number | null; by: Teller } | null = null;
  return {
    take(system: BackupSystem, told: number | null, size: number | null, by: Teller): void {
      const at = isPastTime(told, now) ? told : null;
      const newer = best === null ? 1 : (at ?? 0) - (best.at ?? 0);
      const bytes = newer < 0 ? null : knownBytes(size);
      if (newer > 0 || (newer === 0 && best?.bytes === null && bytes !== null)) best = { system, at, bytes, by };
    },
    found(): LastGood | null {
      if (best === null) return null;
      const { system, at, bytes, by } = best;
      return { system, at, bytes, object: typeof by === 'string' ? by : subjectId(by.subject) };
    },
  };
}
