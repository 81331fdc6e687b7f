import { cronJobRan, jobName, makeCronJob, scheduleOf } from './make-cron-job.ts';
import { planJobPod } from './make-pod.ts';
import { keyOf } from './object-store.ts';
import type { PodLife } from './pod-life.ts';
import { cronVolumesOf } from './pod-volumes.ts';
import type { OwnerReference, RawPod } from './raw-objects.ts';
import { chooseNode } from './scheduler.ts';
import type { CronWork } from './workloads.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
// From the creation of a job's pod to its running.
const BRING_UP_MS = 4000;
const CRON_JOB_AGE_MS = 180 * 24 * 60 * MINUTE_MS;

/** CronJobs: their pods come, finish and go. */
export interface CronLife {
  /** The pods that earlier runs left, and all runs to come. */
  furnish(works: readonly CronWork[]): void;
  /** No more runs: the CronJobs are gone. */
  uninstall(): void;
}

export function createCronLife(world: World, pods: PodLife): CronLife {
  const { store, random, schedule } = world;
  const own = random.fork('cron jobs');
  let ends: (() => void)[] = [];

  /** What the CronJob tells of its runs. */
  function tell({ namespace, name }: CronWork, beganAt: number, doneAt: number | null): void {
    const job = store.get('cronjobs', `${namespace}/${name}`);
    if (job) store.put('cronjobs', cronJobRan(job, beganAt, doneAt));
  }

  function run(work: CronWork, dueAt: number): void {
    const node = chooseNode(store, work.on);
    if (!world.door.acceptsWrites || node === null) return;
    const plan = { ...planJobPod(work, jobOf(work, dueAt, random.uid()), random), node };
    tell(work, dueAt, null);
    pods.start(plan, { then: (pod) => world.later(work.runsForMs, () => finish(work, pod, dueAt)) });
  }

  function finish(work: CronWork, pod: RawPod, dueAt: number): void {
    pods.finish(pod);
    tell(work, dueAt, world.now());
    const isOwn = (candidate: RawPod) => candidate.metadata.ownerReferences?.[0]?.name.startsWith(`${work.name}-`);
    const done = store.list('pods').filter((candidate) => isOwn(candidate) && candidate.status.phase === 'Succeeded');
    const oldestFirst = done.sort((one, other) => time(one) - time(other));
    // The pod that finishes just now is not among them yet.
    for (const old of oldestFirst.slice(0, Math.max(0, done.length - work.keep + 1))) store.remove('pods', keyOf(old));
  }

  return {
    furnish(works) {
      for (const work of works) {
        const last = latestDue(work, world.now() - work.runsForMs - BRING_UP_MS);
        for (let back = work.keep - 1; back >= 0; back -= 1) {
          const dueAt = last - back * work.everyMinutes * MINUTE_MS;
          const plan = planJobPod(work, jobOf(work, dueAt, random.uid()), random);
          store.put('pods', pods.placedDone(plan, dueAt, work.runsForMs));
        }
        const plan = { ...work, ...cronVolumesOf(work), schedule: scheduleOf(work) };
        const runs = { beganAt: last, doneAt: last + BRING_UP_MS + work.runsForMs };
        store.put('cronjobs', makeCronJob(plan, own, world.now() - CRON_JOB_AGE_MS, runs));
        const period = work.everyMinutes * MINUTE_MS;
        const first = last + period - world.now();
        ends.push(schedule.every(period, first, () => run(work, latestDue(work, world.now()))));
      }
    },
    uninstall() {
      for (const end of ends) end();
      ends = [];
    },
  };
}

/** The last time at which the work was due. */
function latestDue({ everyMinutes, atMinute }: CronWork, now: number): number {
  const period = everyMinutes * MINUTE_MS;
  const offset = atMinute * MINUTE_MS;
  return Math.floor((now - offset) / period) * period + offset;
}

function jobOf({ name }: CronWork, dueAt: number, uid: string): OwnerReference {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: jobName(name, dueAt),
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

function time(pod: RawPod): number {
  return Date.parse(pod.metadata.creationTimestamp);
}
