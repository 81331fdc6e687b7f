import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { isPastTime, knownBytes, type BackupMemory } from './backup-memory.ts';
import { backupIndex } from './backup-index.ts';
import { plansOf, runsOf, type BackupPlan, type BackupSystem, type Covered } from './backup-view.ts';

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
  const ofSystem = (each: { system: BackupSystem }) => system === undefined || each.system === system;
  const remembered = (memories.get(covered) as BackupMemory | undefined)?.good ?? [];
  return newest(snapshot.now, [
    ...runsOf(covered, snapshot).flatMap((run) => (ofSystem(run) && run.result === 'good' ? [goodOf(run)] : [])),
    ...plansOf(covered, snapshot).flatMap((plan) => (ofSystem(plan) ? toldBy(plan) : [])),
    ...remembered.filter(ofSystem),
  ]);
}

/** The newest good run of a plan, whatever it was of. Null if none is known. */
export function lastGoodOfPlan(plan: BackupPlan, snapshot: Snapshot, memories: BackupMemories): LastGood | null {
  const runs = backupIndex(snapshot).runsOfPlan.get(plan.key) ?? [];
  return newest(snapshot.now, [
    ...runs.flatMap((run) => (run.result === 'good' ? [goodOf(run)] : [])),
    ...toldBy(plan),
    ...plan.covers.flatMap((covered) => lastGoodOf(covered, snapshot, memories, plan.system) ?? []),
  ]);
}

function goodOf(run: Pick<LastGood, 'system' | 'at' | 'bytes'> & { subject: BackupPlan['subject'] }): LastGood {
  const { system, at, bytes, subject } = run;
  return { system, at, bytes, object: subjectId(subject) };
}

function toldBy({ system, subject, lastGoodAt }: BackupPlan): LastGood[] {
  return lastGoodAt === null ? [] : [{ system, at: lastGoodAt, bytes: null, object: subjectId(subject) }];
}

/** Those with a time that can be go before those without; of one time the one that tells how much is in it. */
function newest(now: number, all: readonly LastGood[]): LastGood | null {
  let best: LastGood | null = null;
  for (const each of all) {
    const good = { ...each, at: isPastTime(each.at, now) ? each.at : null, bytes: knownBytes(each.bytes) };
    const newer = (good.at ?? 0) - (best?.at ?? 0);
    if (best === null || newer > 0 || (newer === 0 && best.bytes === null)) best = good;
  }
  return best;
}
