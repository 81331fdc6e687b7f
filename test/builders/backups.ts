import type { CephClusterFact } from '#server/facts/ceph-cluster.ts';
import type { CephPoolFact } from '#server/facts/ceph-pool.ts';
import type { CronJobFact } from '#server/facts/cron-job.ts';
import type { EtcdSnapshotFact } from '#server/facts/etcd-snapshot.ts';
import type { K8upBackupFact } from '#server/facts/k8up-backup.ts';
import type { K8upScheduleFact } from '#server/facts/k8up-schedule.ts';
import type { K8upSnapshotFact } from '#server/facts/k8up-snapshot.ts';
import type { LonghornBackupTargetFact } from '#server/facts/longhorn-backup-target.ts';
import type { LonghornBackupVolumeFact } from '#server/facts/longhorn-backup-volume.ts';
import type { LonghornBackupFact } from '#server/facts/longhorn-backup.ts';
import type { LonghornDisk } from '#server/facts/longhorn-disk.ts';
import type { LonghornNodeFact } from '#server/facts/longhorn-node.ts';
import type { LonghornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import type { LonghornReplicaFact } from '#server/facts/longhorn-replica.ts';
import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import type { VeleroBackupFact } from '#server/facts/velero-backup.ts';
import type { VeleroLocationFact } from '#server/facts/velero-location.ts';
import type { VeleroScheduleFact } from '#server/facts/velero-schedule.ts';
import type { VolSyncSourceFact } from '#server/facts/volsync-source.ts';
import type { VolumeSnapshotFact } from '#server/facts/volume-snapshot.ts';
import { day, hour, minute, noon, second } from './time.ts';

function head(source: string, namespace: string, name: string) {
  return { key: `${namespace}/${name}`, uid: `uid-${source}-${namespace}-${name}`, source, namespace, name };
}

/** CronJob git/gitea-dump, each night at two; it last ran and succeeded last night. It says nothing of backups. */
export function aCronJob(part: Partial<CronJobFact> = {}): CronJobFact {
  const { namespace = 'git', name = 'gitea-dump' } = part;
  return {
    ...head('cronjobs', namespace, name),
    ...{ cron: '0 2 * * *', timeZone: null, suspended: false, active: 0 },
    ...{ lastScheduledAt: noon - 10 * hour, lastSuccessAt: noon - 10 * hour + 5 * minute, createdAt: noon - 30 * day },
    ...{ template: null, backupOf: [], longhornJob: '' },
    ...part,
  };
}

/** Velero's Backup nightly-20261001020000 of all namespaces: completed last night, made by its Schedule nightly. */
export function aVeleroBackup(part: Partial<VeleroBackupFact> = {}): VeleroBackupFact {
  const { namespace = 'velero', name = 'nightly-20261001020000' } = part;
  return {
    ...head('velero-backups', namespace, name),
    ...{ phase: 'Completed', schedule: 'nightly', location: 'default', namespaces: ['*'], leftOut: [], selector: null },
    volumes: 'snapshots',
    ...{ startedAt: noon - 10 * hour, completedAt: noon - 10 * hour + 5 * minute, expiresAt: noon + 20 * day },
    ...{ errors: 0, warnings: 0, failure: '' },
    ...part,
  };
}

/** Velero's Schedule nightly: all namespaces at two, kept for 30 days. */
export function aVeleroSchedule(part: Partial<VeleroScheduleFact> = {}): VeleroScheduleFact {
  const { namespace = 'velero', name = 'nightly' } = part;
  return {
    ...head('velero-schedules', namespace, name),
    ...{ cron: '0 2 * * *', paused: false, phase: 'Enabled', problems: [], lastStartedAt: noon - 10 * hour },
    ...{ keepsMs: 30 * day, location: 'default', namespaces: ['*'], leftOut: [], selector: null, volumes: 'snapshots' },
    createdAt: noon - 30 * day,
    ...part,
  };
}

/** Velero's BackupStorageLocation default, validated half a minute ago. */
export function aVeleroLocation(part: Partial<VeleroLocationFact> = {}): VeleroLocationFact {
  const { namespace = 'velero', name = 'default' } = part;
  return {
    ...head('velero-locations', namespace, name),
    ...{ phase: 'Available', message: '', isDefault: true, provider: 'aws', bucket: 'backups' },
    ...{ url: 'https://s3.example', validatedAt: noon - minute / 2, validatedEveryMs: null },
    ...part,
  };
}

/** K8up's Schedule git/nightly: the claims of namespace git at two, seven kept. */
export function aK8upSchedule(part: Partial<K8upScheduleFact> = {}): K8upScheduleFact {
  const { namespace = 'git', name = 'nightly' } = part;
  return {
    ...head('k8up-schedules', namespace, name),
    ...{ cron: '0 2 * * *', paused: false, target: 's3:https://s3.example/backups', keeps: 7 },
    createdAt: noon - 30 * day,
    ...part,
  };
}

/** K8up's Backup of last night in namespace git: good. */
export function aK8upBackup(part: Partial<K8upBackupFact> = {}): K8upBackupFact {
  const { namespace = 'git', name = 'nightly-backup-x7k2p' } = part;
  return {
    ...head('k8up-backups', namespace, name),
    ...{ result: 'good', message: '', schedule: 'nightly' },
    ...{ startedAt: noon - 10 * hour, endedAt: noon - 10 * hour + 5 * minute },
    ...part,
  };
}

/** The restic snapshot of git/gitea-data that it made. */
export function aK8upSnapshot(part: Partial<K8upSnapshotFact> = {}): K8upSnapshotFact {
  const { namespace = 'git', name = '0a1b2c3d' } = part;
  return {
    ...head('k8up-snapshots', namespace, name),
    ...{ takenAt: noon - 10 * hour, claim: 'gitea-data', repository: 's3:https://s3.example/backups' },
    ...part,
  };
}

/** VolSync's ReplicationSource git/gitea-data: by restic each night at two, last night well, the next is due. */
export function aVolSyncSource(part: Partial<VolSyncSourceFact> = {}): VolSyncSourceFact {
  const { namespace = 'git', name = 'gitea-data' } = part;
  return {
    ...head('volsync-sources', namespace, name),
    ...{ claim: 'gitea-data', cron: '0 2 * * *', paused: false, mover: 'restic', keeps: 7 },
    ...{ lastSyncAt: noon - 10 * hour + 5 * minute, syncStartedAt: null, lastDurationMs: 5 * minute },
    ...{ nextSyncAt: noon + 14 * hour, result: 'Successful', logs: '', message: '' },
    ...{ doing: 'WaitingForSchedule', doingSince: noon - 10 * hour + 5 * minute, createdAt: noon - 30 * day },
    ...part,
  };
}

/** A VolumeSnapshot of git/gitea-data, taken last night, ready. */
export function aVolumeSnapshot(part: Partial<VolumeSnapshotFact> = {}): VolumeSnapshotFact {
  const { namespace = 'git', name = 'gitea-data-20261001' } = part;
  return {
    ...head('volumesnapshots', namespace, name),
    ...{ claim: 'gitea-data', ready: true, error: '', takenAt: noon - 10 * hour, bytes: 10_000_000_000 },
    ...part,
  };
}

/** What k3s wrote of its own database at noon on nuc0. */
export function anEtcdSnapshot(part: Partial<EtcdSnapshotFact> = {}): EtcdSnapshotFact {
  const { name = 'local-etcd-snapshot-nuc0-1790856000-0a1b2c' } = part;
  return {
    ...{ key: name, uid: `uid-etcdsnapshotfiles-${name}`, source: 'etcdsnapshotfiles', name },
    ...{ snapshot: 'etcd-snapshot-nuc0-1790856000', node: 'nuc0', ready: true, error: '' },
    location: 'file:///var/lib/rancher/k3s/server/db/snapshots/etcd-snapshot-nuc0-1790856000',
    ...{ bytes: 25_000_000, takenAt: noon },
    ...part,
  };
}

const longhorn = 'longhorn-system';
const good = { status: 'True', reason: '', message: '', changedAt: noon - day };

/** The Longhorn volume of claim git/gitea-data: attached to nuc0, healthy, backed up last night. */
export function aLonghornVolume(part: Partial<LonghornVolumeFact> = {}): LonghornVolumeFact {
  const { namespace = longhorn, name = 'pvc-gitea-data' } = part;
  return {
    ...head('longhorn-volumes', namespace, name),
    ...{ state: 'attached', robustness: 'healthy', sizeBytes: 10_000_000_000, actualBytes: 2_500_000_000 },
    ...{ replicasWanted: 3, node: 'nuc0', claim: { namespace: 'git', name: 'gitea-data', isPast: false } },
    ...{ volume: name, lastBackup: 'backup-0a1b2c3d', lastBackupAt: noon - 10 * hour },
    ...{ lastDegradedAt: null, lastSalvagedAt: null, conditions: [], jobs: [], groups: ['default'] },
    ...{ backupTarget: 'default', createdAt: noon - 30 * day },
    ...part,
  };
}

/** A replica of that volume on nuc0, running. */
export function aLonghornReplica(part: Partial<LonghornReplicaFact> = {}): LonghornReplicaFact {
  const { namespace = longhorn, name = 'pvc-gitea-data-r-0a1b2c' } = part;
  return {
    ...head('longhorn-replicas', namespace, name),
    ...{ volume: 'pvc-gitea-data', node: 'nuc0', diskPath: '/var/lib/longhorn/', state: 'running', failedAt: null },
    ...part,
  };
}

/** Longhorn's disk of 100 GB, 60 of it free, 50 promised to replicas. */
export function aLonghornDisk(part: Partial<LonghornDisk> = {}): LonghornDisk {
  return {
    ...{ name: 'default-disk-0a1b', path: '/var/lib/longhorn/' },
    ...{ availableBytes: 60_000_000_000, maximumBytes: 100_000_000_000, scheduledBytes: 50_000_000_000 },
    ...{ reservedBytes: 10_000_000_000, allowScheduling: true, ready: good, schedulable: good },
    ...{ health: '', healthTroubles: [] },
    ...part,
  };
}

/** Longhorn's node nuc0 with that disk. */
export function aLonghornNode(part: Partial<LonghornNodeFact> = {}): LonghornNodeFact {
  const { namespace = longhorn, name = 'nuc0' } = part;
  return {
    ...head('longhorn-nodes', namespace, name),
    ...{ allowScheduling: true, conditions: { Ready: good, Schedulable: good }, disks: [aLonghornDisk()] },
    ...part,
  };
}

/** Longhorn's backup of last night of that volume: 1.9 GB, completed, by the recurring job nightly. */
export function aLonghornBackup(part: Partial<LonghornBackupFact> = {}): LonghornBackupFact {
  const { namespace = longhorn, name = 'backup-0a1b2c3d' } = part;
  return {
    ...head('longhorn-backups', namespace, name),
    ...{ state: 'Completed', error: '', volume: 'pvc-gitea-data', bytes: 1_900_000_000, volumeBytes: 10_000_000_000 },
    ...{ takenAt: noon - 10 * hour, createdAt: noon - 10 * hour + minute },
    ...{ claim: 'git/gitea-data', job: 'nightly', target: 'default' },
    ...part,
  };
}

/** What the target holds of that volume. */
export function aLonghornBackupVolume(part: Partial<LonghornBackupVolumeFact> = {}): LonghornBackupVolumeFact {
  const { namespace = longhorn, name = 'pvc-gitea-data-0a1b2c3d' } = part;
  return {
    ...head('longhorn-backupvolumes', namespace, name),
    ...{ volume: 'pvc-gitea-data', lastBackup: 'backup-0a1b2c3d', lastBackupAt: noon - 10 * hour },
    ...{ storedBytes: 1_900_000_000, syncedAt: noon - 5 * minute, target: 'default', claim: 'git/gitea-data' },
    ...part,
  };
}

/** Longhorn's target default: an NFS share that answers. */
export function aLonghornBackupTarget(part: Partial<LonghornBackupTargetFact> = {}): LonghornBackupTargetFact {
  const { namespace = longhorn, name = 'default' } = part;
  return {
    ...head('longhorn-backuptargets', namespace, name),
    ...{ url: 'nfs://nas.example:/backups', available: true, message: '', syncedAt: noon - 5 * minute },
    ...part,
  };
}

/** Longhorn's recurring job nightly: a backup at two of group default, seven kept. */
export function aLonghornRecurringJob(part: Partial<LonghornRecurringJobFact> = {}): LonghornRecurringJobFact {
  const { namespace = longhorn, name = 'nightly' } = part;
  return {
    ...head('longhorn-recurringjobs', namespace, name),
    ...{ task: 'backup', cron: '0 2 * * *', keeps: 7, groups: ['default'] },
    ...part,
  };
}

/** Rook's cluster, healthy, asked half a minute ago: 300 GB of 1 TB used. */
export function aCephCluster(part: Partial<CephClusterFact> = {}): CephClusterFact {
  const { namespace = 'rook-ceph', name = 'rook-ceph' } = part;
  return {
    ...head('cephclusters', namespace, name),
    ...{ health: 'HEALTH_OK', checks: [], checkedAt: noon - 30 * second, changedAt: noon - day },
    ...{ totalBytes: 1_000_000_000_000, usedBytes: 300_000_000_000, availableBytes: 700_000_000_000 },
    ...{ phase: 'Ready', message: 'Cluster created successfully' },
    ...part,
  };
}

/** Its pool of three copies. */
export function aCephPool(part: Partial<CephPoolFact> = {}): CephPoolFact {
  const { namespace = 'rook-ceph', name = 'replicapool' } = part;
  return { ...head('cephblockpools', namespace, name), phase: 'Ready', copies: 3, ...part };
}
