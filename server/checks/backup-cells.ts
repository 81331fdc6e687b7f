import type { TileContext } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Cells, Column } from '#shared/area-rows.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { calmNumber } from './calm-figures.ts';
import { backupIndex, isPaused, keptCount } from './backup-index.ts';
import { coveredBy, type CoveredBy } from './backup-coverage.ts';
import { backupMemoryCheck, type BackupMemory } from './backup-memory.ts';
import { isCompared } from './backup-shrink.ts';
import { systemNames } from './backup-systems.ts';
import { backupView, plansOf, type BackupPlan, type BackupSystem, type Covered } from './backup-view.ts';
import { namesInWords, planName, volumesInWords } from './backup-words.ts';
import { claimUses, type ClaimUse } from './claim-use.ts';
import { lastGoodOf, lastGoodOfPlan, type BackupMemories } from './last-good.ts';
import { shorten } from './shorten.ts';
import { storageUsed } from './storage-series.ts';
import { usedClaims } from './used-claims.ts';

const day = 86_400_000;
const mostBars = 5;

/** The table of all claims, and of the plans and places that back them up. */
export const backupColumns: Column[] = [
  { key: 'name', title: 'Claim', type: 'text' },
  { key: 'namespace', title: 'Namespace', type: 'text' },
  { key: 'covered', title: 'Backed up', type: 'text' },
  { key: 'last', title: 'Last backup', type: 'age' },
  { key: 'sizes', title: 'Last five', type: 'bars' },
  { key: 'used', title: 'Used', type: 'bytes' },
  {
    ...{ key: 'trend', title: 'Used, 30 d', type: 'spark' },
    measured: { series: storageUsed.series, unit: storageUsed.unit, windowMs: 30 * day },
  },
  { key: 'system', title: 'System', type: 'text' },
  { key: 'plan', title: 'Plan', type: 'text' },
  { key: 'keeps', title: 'Keeps', type: 'number' },
];

const nothing: Cells = {
  ...{ covered: null, last: null, sizes: null, used: null, system: null, plan: null, keeps: null },
};

/** One row of it. */
export function backupCells(subject: Subject, snapshot: Snapshot, context?: TileContext): Cells {
  const { kind, namespace, name } = subject;
  const head = { ...nothing, name: shorten(name, 80), namespace: namespace ?? null };
  const memories = context?.memory(backupMemoryCheck) ?? new Map<string, unknown>();
  if (kind === 'PersistentVolumeClaim') {
    return { ...head, ...claimCells(`${namespace ?? ''}/${name}`, snapshot, memories) };
  }
  if (kind === 'Cluster') return { ...head, ...databaseCells(snapshot, memories) };
  const plan = backupIndex(snapshot).planOf.get(subjectId(subject));
  if (plan !== undefined) return { ...head, ...planCells(plan, snapshot, memories) };
  const id = subjectId(subject);
  const target = backupView(snapshot).targets.find((each) => subjectId(each.subject) === id);
  if (target === undefined) return head;
  return { ...head, covered: 'a place for backups', system: systemNames[target.system], plan: shorten(target.url, 80) };
}

const words: Record<CoveredBy, string> = {
  ...{ planned: 'yes', 'by-hand': 'by hand', excluded: 'left out', not: 'no' },
};

function claimCells(covered: Covered, snapshot: Snapshot, memories: BackupMemories): Cells {
  const use = claimUses(snapshot).get(covered);
  const plans = plansOf(covered, snapshot);
  const last = lastGoodOf(covered, snapshot, memories);
  const systems = new Set([...plans.map(({ system }) => system), ...(last === null ? [] : [last.system])]);
  return {
    covered: use === undefined ? 'the claim is gone' : coveredWords(covered, use, plans, snapshot),
    last: last?.at ?? null,
    sizes: sizesOf(memories.get(covered) as BackupMemory | undefined),
    used: use === undefined ? null : usedOf(use),
    system: systems.size === 0 ? null : [...systems].map((system) => systemNames[system]).join(', '),
    plan: plans.length === 0 ? null : namesInWords(plans.map(planName)),
    keeps: mostKept(plans),
  };
}

function coveredWords(covered: Covered, { claim }: ClaimUse, plans: readonly BackupPlan[], snapshot: Snapshot): string {
  const how = coveredBy(covered, claim, snapshot);
  if (how === 'planned' && plans.every(isPaused)) return 'paused';
  if (how === 'not' && !usedClaims(snapshot).has(covered)) return 'no, not in use';
  return words[how];
}

function usedOf({ shares, stats }: ClaimUse): number | null {
  const bytes = shares === null ? (stats?.usedBytes ?? null) : null;
  return bytes === null ? null : calmNumber(bytes);
}

/** Of the system of which most sizes are known: those of two do not compare. */
function sizesOf(memory: BackupMemory | undefined): number[] | null {
  const sized = (memory?.good ?? []).filter(({ system }) => isCompared(system));
  const bySystem = Map.groupBy(sized, ({ system }) => system);
  const sizes = [...bySystem.values()].map((good) => good.flatMap(({ bytes }) => bytes ?? []));
  const [most = []] = sizes.sort((a, b) => b.length - a.length);
  return most.length === 0 ? null : most.slice(-mostBars);
}

function mostKept(plans: readonly BackupPlan[]): number | null {
  const kept = plans.flatMap((plan) => keptCount(plan) ?? []);
  return kept.length === 0 ? null : Math.max(...kept);
}

function planCells(plan: BackupPlan, snapshot: Snapshot, memories: BackupMemories): Cells {
  return {
    covered: isPaused(plan) ? 'paused' : volumesInWords(plan.covers.length),
    last:
      lastGoodOfPlan(plan, snapshot, (covered, system) => lastGoodOf(covered, snapshot, memories, system))?.at ?? null,
    system: systemNames[plan.system],
    plan: plan.cron === '' ? null : shorten(plan.timeZone === null ? plan.cron : `${plan.cron} ${plan.timeZone}`, 60),
    keeps: mostKept([plan]),
  };
}

/** The cluster as a whole: its own database. */
function databaseCells(snapshot: Snapshot, memories: BackupMemories): Cells {
  const last = lastGoodOf('etcd', snapshot, memories);
  const memory = memories.get('etcd') as BackupMemory | undefined;
  const sizes = (memory?.good ?? []).flatMap(({ bytes }) => bytes ?? []).slice(-mostBars);
  const system: BackupSystem = 'etcd';
  return last === null
    ? {}
    : {
        ...{ covered: 'its own database', last: last.at, system: systemNames[system] },
        sizes: sizes.length === 0 ? null : sizes,
      };
}
