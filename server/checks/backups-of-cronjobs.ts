import type { Snapshot } from '#server/engine/snapshot.ts';
import type { CronJobFact } from '#server/facts/cron-job.ts';
import { command } from '#shared/quote.ts';
import { backupPart, type BackupPart } from './backup-part.ts';
import type { BackupPlan, BackupRun, Covered } from './backup-view.ts';
import { cronJobFailure } from './cron-job-failure.ts';
import { cronTimes } from './cron-times.ts';
import { perFacts } from './per-snapshot.ts';
import { shorten } from './shorten.ts';

/** CronJobs that say by the annotation `clusterwall.dev/backup-of` whose backups they make. */
export const backupsOfCronJobs: (snapshot: Snapshot) => BackupPart = backupPart(
  ['persistentVolumeClaim', 'cronJob'],
  (snapshot) =>
    [...snapshot.facts('cronJob').values()]
      .flatMap((cronJob) => (saysSo(cronJob) && cronJobFailure(cronJob, snapshot.now) !== null ? cronJob.key : []))
      .join(),
  (snapshot) => {
    const cronJobs = [...snapshot.facts('cronJob').values()].filter(saysSo);
    return {
      plans: cronJobs.map((cronJob) => planOf(cronJob, cronJob.backupOf, snapshot.now)),
      runs: cronJobs.flatMap((cronJob) => runsOf(cronJob, snapshot.now)),
      targets: [],
    };
  },
);

/**
 * CronJobs that mount a claim and look as if they made backups, though none says so: for the step that stops them, not for
 * what is covered. One that says what it makes backups of is left out, and Longhorn's own.
 */
export function seemingBackups(claim: Covered, snapshot: Snapshot): readonly BackupPlan[] {
  return bySeemingClaim(snapshot).get(claim) ?? none;
}

const none: readonly BackupPlan[] = [];

const bySeemingClaim = perFacts(['cronJob'], (snapshot): ReadonlyMap<Covered, readonly BackupPlan[]> => {
  const found = new Map<Covered, BackupPlan[]>();
  for (const cronJob of snapshot.facts('cronJob').values()) {
    if (saysSo(cronJob) || cronJob.longhornJob !== '' || !seemsToBackUp(cronJob)) continue;
    const claims = claimsOf(cronJob);
    const plan = planOf(cronJob, claims, snapshot.now);
    for (const claim of claims) found.set(claim, [...(found.get(claim) ?? []), plan]);
  }
  return found;
});

function saysSo({ backupOf }: CronJobFact): boolean {
  return backupOf.length > 0;
}

const backupWords = /backup|back-up|restic|borg|kopia|rclone|rsync|duplicity|duplicati|velero|dump|snapshot|archiv/i;

function seemsToBackUp({ name, template }: CronJobFact): boolean {
  return [name, ...(template?.containers.flatMap((each) => [each.name, each.image]) ?? [])].some((text) =>
    backupWords.test(text),
  );
}

function claimsOf({ namespace, template }: CronJobFact): Covered[] {
  const names = template?.volumes.flatMap(({ is, what }) => (is === 'claim' && what !== '' ? what : [])) ?? [];
  return [...new Set(names)].map((name) => `${namespace}/${name}`);
}

function planOf(cronJob: CronJobFact, covers: readonly Covered[], now: number): BackupPlan {
  const { namespace, name, cron, timeZone, suspended, lastSuccessAt, createdAt } = cronJob;
  return {
    system: 'cronjob',
    key: keyOf(cronJob),
    subject: { kind: 'CronJob', namespace, name },
    ...{ covers, cron, timeZone, paused: suspended || cronTimes(cron, timeZone).isNever, keeps: null, target: '' },
    ...{ lastGoodAt: lastSuccessAt, lastFailure: cronJobFailure(cronJob, now), createdAt },
    pause: {
      say: `Suspend the CronJob ${shorten(name, 60)} before it runs again`,
      command: command`kubectl -n ${namespace} patch cronjobs.batch ${name} --type merge -p ${'{"spec":{"suspend":true}}'}`,
    },
    run: {
      say: `Run ${shorten(name, 60)} now`,
      command: command`kubectl -n ${namespace} create job ${`${name.slice(0, 50)}-now`} --from=${`cronjob/${name}`}`,
    },
  };
}

function keyOf({ namespace, name }: CronJobFact): string {
  return `cronjob/${namespace}/${name}`;
}

function runsOf(cronJob: CronJobFact, now: number): BackupRun[] {
  const { namespace, name, backupOf, lastSuccessAt, active, lastScheduledAt } = cronJob;
  const head = {
    ...{ system: 'cronjob' as const, subject: { kind: 'CronJob', namespace, name } },
    ...{ covers: backupOf, plan: keyOf(cronJob), bytes: null },
  };
  const failure = cronJobFailure(cronJob, now);
  return [
    ...(lastSuccessAt === null ? [] : [{ ...head, result: 'good' as const, at: lastSuccessAt, why: '' }]),
    ...(failure === null ? [] : [{ ...head, result: 'failed' as const, ...failure }]),
    ...(active === 0 ? [] : [{ ...head, result: 'running' as const, at: lastScheduledAt, why: '' }]),
  ];
}
