import type { Effect } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { backupView, type BackupPlan, type BackupRun, type BackupView } from './backup-view.ts';
import { cronTimes } from './cron-times.ts';
import { perInputs } from './per-inputs.ts';

/** Plans and runs by what is asked for. */
export interface BackupIndex {
  /** By the plan's key; those that no plan made under "". */
  runsOfPlan: ReadonlyMap<string, readonly BackupRun[]>;
  /** By the id of its subject. */
  planOf: ReadonlyMap<string, BackupPlan>;
  /** Ids of all objects that tell of a good run. */
  good: ReadonlySet<string>;
}

/** What is known of backups now, put in order once for as long as it stays the same. */
export function backupIndex(snapshot: Snapshot): BackupIndex {
  const { plans, runs } = backupView(snapshot);
  return indexOf(runs, plans);
}

const indexOf = perInputs((runs: BackupView['runs'], plans: BackupView['plans']): BackupIndex => {
  let good: ReadonlySet<string> | null = null;
  return {
    runsOfPlan: Map.groupBy(runs, ({ plan }) => plan),
    planOf: new Map(plans.map((plan) => [subjectId(plan.subject), plan])),
    // Only asked for where something was lost.
    get good() {
      good ??= new Set(runs.filter(({ result }) => result === 'good').map(({ subject }) => subjectId(subject)));
      return good;
    },
  };
});

/** True for a plan that makes nothing: paused, or with a schedule that is never due, as one stops what cannot be paused. */
export function isPaused({ paused, cron, timeZone }: BackupPlan): boolean {
  return paused || (cron !== '' && cronTimes(cron, timeZone).isNever);
}

/** How many backups a plan keeps; null where that is not told, or cannot be. */
export function keptCount({ keeps }: BackupPlan): number | null {
  return keeps !== null && Number.isSafeInteger(keeps) && keeps >= 0 ? keeps : null;
}

/** True if the effect is about one of these plans, or about a claim that one of them covers (by `key` the system's). */
export function isOfPlans({ check, id, subject }: Effect, plans: readonly BackupPlan[]): boolean {
  const about = subjectId(subject);
  if (subject.kind !== 'PersistentVolumeClaim') return plans.some((plan) => subjectId(plan.subject) === about);
  const covered = `${subject.namespace ?? ''}/${subject.name}`;
  return plans.some(
    ({ covers, system }) => covers.includes(covered) && (check !== 'backups/too-old' || id.endsWith(`|${system}`)),
  );
}
