import type { Snapshot } from '#server/engine/snapshot.ts';
import type { K8upBackupFact } from '#server/facts/k8up-backup.ts';
import type { K8upScheduleFact } from '#server/facts/k8up-schedule.ts';
import type { K8upSnapshotFact } from '#server/facts/k8up-snapshot.ts';
import { command } from '#shared/quote.ts';
import type { BackupPart } from './backup-part.ts';
import type { BackupPlan, BackupRun, BackupTarget } from './backup-view.ts';
import { cronTimes } from './cron-times.ts';
import { claimsOfK8up } from './k8up-claims.ts';
import { perFacts } from './per-snapshot.ts';
import { shorten } from './shorten.ts';

/** Schedules, backups and snapshots of K8up. What it says of its backend is only whether backups fail. */
export const backupsOfK8up: (snapshot: Snapshot) => BackupPart = perFacts(
  ['persistentVolumeClaim', 'persistentVolume', 'pod', 'k8upSchedule', 'k8upBackup', 'k8upSnapshot'],
  (snapshot) => {
    const claims = claimsOfK8up(snapshot);
    const schedules = [...snapshot.facts('k8upSchedule').values()].filter(({ cron }) => cron !== '');
    return {
      plans: schedules.map((schedule) => planOf(schedule, claims.get(schedule.namespace) ?? [])),
      runs: [
        ...[...snapshot.facts('k8upSnapshot').values()].flatMap((each) => snapshotRun(each, schedules) ?? []),
        ...[...snapshot.facts('k8upBackup').values()].flatMap(
          (backup) => backupRun(backup, claims.get(backup.namespace) ?? []) ?? [],
        ),
      ],
      targets: targetsOf(schedules),
    };
  },
);

/** K8up has no pause. A day that never comes leaves all else of the schedule as it is. */
const never = '{"spec":{"backup":{"schedule":"0 0 31 2 *"}}}';

function planOf({ namespace, name, ...schedule }: K8upScheduleFact, covers: readonly string[]): BackupPlan {
  const { cron, paused, keeps, target, createdAt } = schedule;
  return {
    system: 'k8up',
    key: k8upKey(namespace, name),
    subject: { kind: 'K8upSchedule', namespace, name },
    ...{ covers, cron, timeZone: null, paused: paused || cronTimes(cron).isNever, keeps },
    target: target === '' ? '' : targetKey(namespace, target),
    ...{ lastGoodAt: null, lastFailure: null, createdAt },
    pause: {
      say: `Let K8up's schedule ${shorten(name, 60)} make no backup (write down its "${shorten(cron, 40)}" first)`,
      command: command`kubectl -n ${namespace} patch schedules.k8up.io ${name} --type merge -p ${never}`,
    },
    run: null,
  };
}

/** `k8up/namespace/name`. */
function k8upKey(namespace: string, name: string): string {
  return `k8up/${namespace}/${name}`;
}

function targetKey(namespace: string, target: string): string {
  return k8upKey(namespace, target);
}

/** A snapshot is there only if it was made. It does not tell its size, nor which schedule made it. */
function snapshotRun(
  { namespace, name, claim, takenAt }: K8upSnapshotFact,
  schedules: readonly K8upScheduleFact[],
): BackupRun | null {
  if (claim === '') return null;
  const [plan, ...others] = schedules.filter((schedule) => schedule.namespace === namespace);
  return {
    system: 'k8up',
    subject: { kind: 'K8upSnapshot', namespace, name },
    covers: [`${namespace}/${claim}`],
    plan: plan === undefined || others.length > 0 ? '' : k8upKey(namespace, plan.name),
    ...{ result: 'good', at: takenAt, bytes: null, why: '' },
  };
}

/** Of good ones the snapshots tell, and better: of each claim. */
function backupRun(backup: K8upBackupFact, covers: readonly string[]): BackupRun | null {
  const { namespace, name, result, message, schedule, startedAt } = backup;
  if (result === 'good') return null;
  return {
    system: 'k8up',
    subject: { kind: 'K8upBackup', namespace, name },
    ...{ covers, plan: schedule === '' ? '' : k8upKey(namespace, schedule) },
    ...{ result, at: startedAt, bytes: null, why: result === 'running' ? '' : message },
  };
}

/** Each backend once for each namespace: whether it can be reached nobody says. */
function targetsOf(schedules: readonly K8upScheduleFact[]): BackupTarget[] {
  const named = schedules.filter(({ target }) => target !== '');
  const byKey = new Map(named.map((schedule) => [targetKey(schedule.namespace, schedule.target), schedule]));
  return [...byKey].map(([key, { namespace, target }]) => ({
    ...{ system: 'k8up', key, subject: { kind: 'K8upBackend', namespace, name: target }, url: target },
    ...{ available: null, why: '', checkedAt: null },
  }));
}
