import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LonghornBackupTargetFact } from '#server/facts/longhorn-backup-target.ts';
import type { LonghornBackupFact } from '#server/facts/longhorn-backup.ts';
import type { LonghornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import { command } from '#shared/quote.ts';
import { backupPart, separately, type BackupPart } from './backup-part.ts';
import type { AskedInVain, BackupPlan, BackupRun, BackupTarget } from './backup-view.ts';
import { cronTimes } from './cron-times.ts';
import { longhornClaimKinds, longhornClaims } from './longhorn-claims.ts';
import { longhornLastBackups } from './longhorn-last-backups.ts';
import { longhornRunFailure } from './longhorn-run-failure.ts';
import { perInputs } from './per-inputs.ts';
import { perFacts } from './per-snapshot.ts';
import { shorten } from './shorten.ts';

/** Recurring jobs, backups and targets of Longhorn. */
export const backupsOfLonghorn: (snapshot: Snapshot) => BackupPart = separately({
  plans: backupPart([...longhornClaimKinds, 'cronJob', 'longhornRecurringJob'], lateJobs, plans),
  runs: perFacts([...longhornClaimKinds, 'longhornBackup', 'longhornBackupVolume'], (snapshot) => [
    ...backupRuns(snapshot),
    ...longhornLastBackups(snapshot),
  ]),
  targets: backupPart(['longhornBackupTarget'], oldTargets, (snapshot) =>
    [...snapshot.facts('longhornBackupTarget').values()].map((target) => targetOf(target, snapshot.now)),
  ),
  asksInVain: perFacts([...longhornClaimKinds, 'longhornRecurringJob'], asksInVain),
});

function lateJobs(snapshot: Snapshot): string {
  const jobs = [...snapshot.facts('longhornRecurringJob').values()].filter(isBackup);
  return jobs.flatMap((job) => (longhornRunFailure(job, snapshot) !== null ? job.key : [])).join();
}

function oldTargets(snapshot: Snapshot): string {
  const targets = [...snapshot.facts('longhornBackupTarget').values()];
  return targets.flatMap((target) => (isOld(target, snapshot.now) ? target.key : [])).join();
}

/** The group that takes a volume out of all others, where no job is of it: what `pauseStepsOf` suggests. */
export const longhornPausedGroup = 'paused';

/** The recurring jobs of a volume that make backups. */
export function longhornJobsOf(volume: LonghornVolumeFact, snapshot: Snapshot): LonghornRecurringJobFact[] {
  return [...snapshot.facts('longhornRecurringJob').values()].filter(
    (job) => isBackup(job) && job.namespace === volume.namespace && takes(job, volume),
  );
}

/** `system-backup` is of Longhorn's own objects, and of no data. */
function isBackup({ task }: LonghornRecurringJobFact): boolean {
  return task === 'backup' || task.startsWith('backup-');
}

function takes({ name, groups }: LonghornRecurringJobFact, volume: LonghornVolumeFact): boolean {
  return volume.jobs.includes(name) || groupsOf(volume).some((group) => groups.includes(group));
}

/** Longhorn puts a volume that has neither a job nor a group into this one. */
function groupsOf({ jobs, groups }: LonghornVolumeFact): readonly string[] {
  return jobs.length === 0 && groups.length === 0 ? ['default'] : groups;
}

function plans(snapshot: Snapshot): BackupPlan[] {
  const { volumeOf } = longhornClaims(snapshot);
  const covered = [...volumeOf].filter(([claim]) => snapshot.facts('persistentVolumeClaim').has(claim));
  return [...snapshot.facts('longhornRecurringJob').values()].filter(isBackup).map((job) => {
    const mine = covered.filter(([, volume]) => job.namespace === volume.namespace && takes(job, volume));
    return planOf(job, mine, snapshot);
  });
}

function planOf(
  job: LonghornRecurringJobFact,
  covered: readonly [string, LonghornVolumeFact][],
  snapshot: Snapshot,
): BackupPlan {
  const { namespace, name, cron, keeps } = job;
  const cronJob = cronJobOf(job, snapshot);
  const [target = '', ...others] = new Set(covered.map(([, { backupTarget }]) => backupTarget || 'default'));
  return {
    system: 'longhorn',
    key: longhornKey(namespace, name),
    subject: { kind: 'RecurringJob', namespace, name },
    covers: covered.map(([claim]) => claim),
    skips: covered.filter(([, { state }]) => state === 'detached').map(([claim]) => claim),
    ...{ cron, timeZone: cronJob?.timeZone ?? null, keeps },
    paused: cronJob?.suspended === true || cronTimes(cron).isNever,
    target: target === '' || others.length > 0 ? '' : longhornKey(namespace, target),
    ...{ lastGoodAt: null, lastFailure: longhornRunFailure(job, snapshot) },
    createdAt: cronJob?.createdAt ?? null,
    pause: {
      // Longhorn has no pause of its own. It leaves its CronJob alone until the recurring job is changed, or Longhorn upgraded.
      say: `Stop the recurring job ${shorten(name, 60)} for all its volumes before it runs again`,
      command: command`kubectl -n ${namespace} patch cronjobs.batch ${name} --type merge -p ${'{"spec":{"suspend":true}}'}`,
    },
    run: {
      say: `Run ${shorten(name, 60)} now, for all its volumes`,
      command: command`kubectl -n ${namespace} create job ${`${name.slice(0, 50)}-now`} --from=${`cronjob/${name}`}`,
    },
  };
}

function cronJobOf({ namespace, name }: LonghornRecurringJobFact, snapshot: Snapshot) {
  const cronJob = snapshot.facts('cronJob').get(`${namespace}/${name}`);
  return cronJob?.longhornJob === name ? cronJob : undefined;
}

/** `longhorn/namespace/name`, of a plan or a target. */
export function longhornKey(namespace: string, name: string): string {
  return `longhorn/${namespace}/${name}`;
}

function backupRuns(snapshot: Snapshot): BackupRun[] {
  const { claimOf } = longhornClaims(snapshot);
  return [...snapshot.facts('longhornBackup').values()].flatMap((backup) => {
    const claim = claimOf.get(`${backup.namespace}/${backup.volume}`) ?? backup.claim;
    return backup.state === 'Deleting' ? [] : [runOf(backup, claim)];
  });
}

const results: Record<string, BackupRun['result']> = {
  ...{ Completed: 'good', Error: 'failed', InProgress: 'running', Pending: 'running', '': 'running' },
};

const runOf = perInputs((backup: LonghornBackupFact, claim: string): BackupRun => {
  const { namespace, name, state, job, bytes, error, takenAt, createdAt } = backup;
  const result = Object.hasOwn(results, state) ? (results[state] ?? 'unknown') : 'unknown';
  return {
    system: 'longhorn',
    subject: { kind: 'LonghornBackup', namespace, name },
    covers: claim === '' ? [] : [claim],
    plan: job === '' ? '' : longhornKey(namespace, job),
    result,
    at: takenAt ?? createdAt,
    // Of one that is not done it is what was done of it.
    bytes: result === 'good' ? bytes : null,
    why: result === 'failed' ? error || 'Error' : result === 'unknown' ? state : '',
  };
});

// It is asked each five minutes by default; who has that switched off is told that nothing is known after a day.
const oldMs = 24 * 60 * 60_000;

function isOld({ syncedAt }: LonghornBackupTargetFact, now: number): boolean {
  return syncedAt !== null && now - syncedAt > oldMs;
}

function targetOf(target: LonghornBackupTargetFact, now: number): BackupTarget {
  const { namespace, name, url, available, message, syncedAt } = target;
  return {
    system: 'longhorn',
    key: longhornKey(namespace, name),
    subject: { kind: 'BackupTarget', namespace, name },
    url,
    available: url === '' || (available === true && isOld(target, now)) ? null : available,
    why: url === '' ? '' : message,
    checkedAt: syncedAt,
  };
}

/** Also of jobs that make no backups: whoever wrote the label meant something. */
function asksInVain(snapshot: Snapshot): AskedInVain[] {
  const jobs = [...snapshot.facts('longhornRecurringJob').values()];
  const names = new Set(jobs.map(({ namespace, name }) => `${namespace}/${name}`));
  const groups = new Set(jobs.flatMap((job) => job.groups.map((group) => `${job.namespace}/${group}`)));
  return [...longhornClaims(snapshot).volumeOf].flatMap(([covered, volume]): AskedInVain[] => {
    const missing = [
      ...volume.jobs.filter((name) => !names.has(`${volume.namespace}/${name}`)),
      ...volume.groups.filter((group) => isAsked(group) && !groups.has(`${volume.namespace}/${group}`)),
    ];
    return missing.length === 0 ? [] : [{ system: 'longhorn', covered, names: missing }];
  });
}

/** Longhorn itself puts volumes into the group default, whether or not there is any job in it. */
function isAsked(group: string): boolean {
  return group !== 'default' && group !== longhornPausedGroup;
}
