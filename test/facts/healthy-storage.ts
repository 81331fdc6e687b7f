import { rawBackupBySource } from './raw-backups.ts';
import { rawStats } from './raw-stats.ts';
import { rawStorageBySource } from './raw-storage.ts';

const volume = rawStorageBySource['longhorn-volumes'];
const ceph = rawStorageBySource.cephclusters;
const longhornBackup = rawBackupBySource['longhorn-backups'];
const veleroBackup = rawBackupBySource['velero-backups'];
const cronJob = rawBackupBySource.cronjobs;

// Shortly before the fuzz test's now: storage and backups are believed only while what is told of them is fresh.
const justNow = '2026-11-30T23:58:00Z';
const lastNight = '2026-11-30T20:00:00Z';
const job = 'nightly-small';

/** Storage and backups as they are when all is well, by the source that brings them. */
export const healthyStorage: Readonly<Record<string, Record<string, unknown>>> = {
  'longhorn-volumes': {
    ...volume,
    metadata: { ...volume.metadata, labels: { [`recurring-job.longhorn.io/${job}`]: 'enabled' } },
    status: { ...volume.status, robustness: 'healthy', conditions: [{ type: 'Scheduled', status: 'True' }] },
  },
  cephclusters: {
    ...ceph,
    status: { ...ceph.status, ceph: { ...ceph.status.ceph, health: 'HEALTH_OK', details: {}, lastChecked: justNow } },
  },
  'longhorn-backups': {
    ...longhornBackup,
    status: {
      ...longhornBackup.status,
      ...{ snapshotCreatedAt: lastNight, backupCreatedAt: lastNight },
      labels: { ...longhornBackup.status.labels, RecurringJob: job },
    },
  },
  'velero-backups': {
    ...veleroBackup,
    metadata: { ...veleroBackup.metadata, labels: { 'velero.io/schedule-name': job } },
    status: { phase: 'Completed', startTimestamp: lastNight, completionTimestamp: lastNight },
  },
  cronjobs: { ...cronJob, status: { lastScheduleTime: lastNight, lastSuccessfulTime: lastNight } },
};

/** What a kubelet measured, of which each pod has a claim of git mounted with figures of its own. */
export function statsOfClaim(claim: string): unknown {
  const measured = {
    ...{ name: 'data', time: justNow, pvcRef: { name: claim, namespace: 'git' } },
    ...{ capacityBytes: 10_000_000_000, availableBytes: 8_100_000_000, usedBytes: 1_900_000_000 },
    ...{ inodes: 655_360, inodesFree: 615_360, inodesUsed: 40_000 },
  };
  return { ...rawStats, pods: [{ ...rawStats.pods[0], volume: [measured] }] };
}
