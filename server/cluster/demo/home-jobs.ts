import { LONGHORN } from './make-longhorn.ts';
import { makeCronJob } from './make-cron-job.ts';
import { makeEtcdSnapshots, makeRecurringJob, NIGHTLY, SNAPSHOTS } from './make-backup.ts';
import { keyOf } from './object-store.ts';
import type { World } from './world.ts';

/** Longhorn's recurring jobs with their CronJobs, and the snapshots that k3s takes of its own database. */
export interface HomeJobs {
  furnish(createdAt: number): void;
  /** Tells of what was due since it was last asked. */
  look(createdAt: number): void;
  /** What the nightly job is to do from now on. */
  change(createdAt: number, nightly: Nightly): void;
}

/** What the nightly job is to do: how many backups it keeps, and when it runs. */
export interface Nightly {
  keeps: number;
  cron: string;
}

/** As its owner has set it up. */
export const usualNightly: Nightly = { keeps: 7, cron: '0 0 * * *' };

const HOUR_MS = 3_600_000;
const ETCD_EVERY_MS = 12 * HOUR_MS;
const ETCD_KEEPS = 5;
const ETCD_BYTES = 41_300_000;
const TAKES_MS = 280_000;
const IMAGE = 'longhornio/longhorn-manager:v1.11.1';
const works = [
  { name: NIGHTLY, task: 'backup', ...usualNightly, everyMs: 24 * HOUR_MS, atMs: 0 },
  { name: SNAPSHOTS, task: 'snapshot', cron: '15 */6 * * *', everyMs: 6 * HOUR_MS, atMs: 900_000, keeps: 8 },
];

export function createHomeJobs(world: World): HomeJobs {
  const { store, now } = world;
  let etcdAt: number[] = [];

  function putCronJobs(createdAt: number): void {
    for (const { name, cron, everyMs, atMs } of works) {
      const beganAt = latest(everyMs, now() - TAKES_MS, atMs);
      const known = store.get('cronjobs', `${LONGHORN}/${name}`);
      if (known && Date.parse(known.status.lastScheduleTime ?? '') === beganAt) continue;
      const labels = { 'longhorn.io/managed-by': 'longhorn-manager', 'recurring-job.longhorn.io': name };
      const plan = { namespace: LONGHORN, name, schedule: cron, image: IMAGE, keep: 1, labels };
      const random = world.random.fork(`cron job ${name}`);
      store.put('cronjobs', makeCronJob(plan, random, createdAt, { beganAt, doneAt: beganAt + TAKES_MS }));
    }
  }

  function putEtcdSnapshots(): void {
    const last = latest(ETCD_EVERY_MS, now(), 0);
    if (etcdAt.at(-1) === last) return;
    etcdAt = Array.from({ length: ETCD_KEEPS }, (_none, back) => last - (ETCD_KEEPS - 1 - back) * ETCD_EVERY_MS);
    const kept = new Set<string>();
    for (const at of etcdAt) {
      // Each is a little larger than the one before.
      const grown = Math.round((at / ETCD_EVERY_MS) % 400) * 4096;
      for (const snapshot of makeEtcdSnapshots(at + 2000, ETCD_BYTES + grown)) {
        kept.add(keyOf(snapshot));
        if (!store.get('etcdsnapshotfiles', keyOf(snapshot))) store.put('etcdsnapshotfiles', snapshot);
      }
    }
    for (const each of store.list('etcdsnapshotfiles')) {
      if (!kept.has(keyOf(each))) store.remove('etcdsnapshotfiles', keyOf(each));
    }
  }

  function putJobs(createdAt: number, nightly: Nightly): void {
    for (const each of works) {
      const { name, task, cron, keeps } = each.name === NIGHTLY ? { ...each, ...nightly } : each;
      store.put('longhornrecurringjobs', makeRecurringJob({ name, task, cron, retain: keeps }, createdAt));
      const known = store.get('cronjobs', `${LONGHORN}/${name}`);
      if (known && known.spec.schedule !== cron) {
        store.put('cronjobs', { ...known, spec: { ...known.spec, schedule: cron } });
      }
    }
  }

  return {
    furnish(createdAt) {
      etcdAt = [];
      putCronJobs(createdAt);
      putJobs(createdAt, usualNightly);
      putEtcdSnapshots();
    },
    look(createdAt) {
      putCronJobs(createdAt);
      putEtcdSnapshots();
    },
    change: putJobs,
  };
}

/** The last time at which it was due, epoch ms. */
function latest(everyMs: number, at: number, offsetMs: number): number {
  return Math.floor((at - offsetMs) / everyMs) * everyMs + offsetMs;
}
