import type { RawCronJob } from './raw-custom.ts';
import type { Random } from './random.ts';
import { rawTime } from './raw-objects.ts';
import type { CronWork } from './workloads.ts';

const MINUTE_MS = 60_000;

/** What a CronJob is made from. */
export interface CronPlan {
  namespace: string;
  name: string;
  schedule: string;
  image: string;
  keep: number;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  volumes?: readonly object[];
  mounts?: readonly object[];
}

/** When a CronJob began last and when it was last done, epoch ms. */
export interface CronRuns {
  beganAt: number;
  doneAt: number;
}

/** A CronJob that has run. */
export function makeCronJob(plan: CronPlan, random: Random, createdAt: number, runs: CronRuns): RawCronJob {
  const { namespace, name, image, keep, labels, annotations, volumes = [], mounts = [] } = plan;
  const container = { name, image, resources: {}, ...(mounts.length === 0 ? {} : { volumeMounts: mounts }) };
  const podSpec = {
    ...(volumes.length === 0 ? {} : { volumes }),
    containers: [container],
    restartPolicy: 'OnFailure',
  };
  return {
    metadata: {
      ...{ name, namespace, uid: random.uid(), resourceVersion: '', generation: 1 },
      creationTimestamp: rawTime(createdAt),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec: {
      ...{ schedule: plan.schedule, concurrencyPolicy: 'Forbid', suspend: false },
      jobTemplate: { metadata: {}, spec: { template: { metadata: {}, spec: podSpec } } },
      ...{ successfulJobsHistoryLimit: keep, failedJobsHistoryLimit: 1 },
    },
    status: withRuns(runs),
  };
}

/** The same CronJob after another run, or at its beginning where `doneAt` is null. */
export function cronJobRan(job: RawCronJob, beganAt: number, doneAt: number | null): RawCronJob {
  const lastSuccessfulTime = doneAt === null ? job.status.lastSuccessfulTime : rawTime(doneAt);
  const lastScheduleTime = rawTime(beganAt);
  // While its job runs the controller names it: that it has not succeeded is no failure yet.
  const { namespace = '', name } = job.metadata;
  const running = { apiVersion: 'batch/v1', kind: 'Job', namespace, name: jobName(name, beganAt) };
  return {
    ...job,
    status: {
      ...(doneAt === null ? { active: [running] } : {}),
      ...{ lastScheduleTime, ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}) },
    },
  };
}

/** Jobs of a CronJob are named after the minute in which they were due, epoch ms. */
export function jobName(cronJob: string, dueAt: number): string {
  return `${cronJob}-${Math.floor(dueAt / MINUTE_MS)}`;
}

/** When a work is due, as cron says it. */
export function scheduleOf({ everyMinutes, atMinute }: Pick<CronWork, 'everyMinutes' | 'atMinute'>): string {
  if (everyMinutes >= 1440) return `${atMinute % 60} ${Math.floor(atMinute / 60)} * * *`;
  return `${atMinute % everyMinutes}-59/${everyMinutes} * * * *`;
}

function withRuns({ beganAt, doneAt }: CronRuns): RawCronJob['status'] {
  return { lastScheduleTime: rawTime(beganAt), lastSuccessfulTime: rawTime(doneAt) };
}
