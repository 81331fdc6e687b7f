import { etcdSnapshotFact } from '#server/facts/etcd-snapshot.ts';
import { k8upBackupFact } from '#server/facts/k8up-backup.ts';
import { k8upScheduleFact } from '#server/facts/k8up-schedule.ts';
import { k8upSnapshotFact } from '#server/facts/k8up-snapshot.ts';
import { longhornBackupTargetFact } from '#server/facts/longhorn-backup-target.ts';
import { longhornBackupVolumeFact } from '#server/facts/longhorn-backup-volume.ts';
import { longhornBackupFact } from '#server/facts/longhorn-backup.ts';
import { longhornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import { veleroBackupFact } from '#server/facts/velero-backup.ts';
import { veleroLocationFact } from '#server/facts/velero-location.ts';
import { veleroScheduleFact } from '#server/facts/velero-schedule.ts';
import { volSyncSourceFact } from '#server/facts/volsync-source.ts';
import { volumeSnapshotFact } from '#server/facts/volume-snapshot.ts';
import { optionalKind, type KindRow } from './kind-row.ts';

const longhorn = { group: 'longhorn.io', version: 'v1beta2' };
const velero = { group: 'velero.io', version: 'v1' };
const k8up = { group: 'k8up.io', version: 'v1' };

/** Backups come by the thousands where many are kept of many volumes: of those the newest tell how it stands. */
const mostBackups = 2_000;

const longhornBackups = optionalKind(
  { ...longhorn, resource: 'backups' },
  {
    source: 'longhorn-backups',
    kind: 'longhornBackup',
    buys: 'how old and how large the backups of Longhorn are, and which failed',
    unused: ['annotations', 'ownerReferences', 'messages'],
    fact: longhornBackupFact,
    newest: { most: mostBackups, at: ({ createdAt, takenAt }) => createdAt ?? takenAt ?? 0 },
  },
);

const longhornBackupVolumes = optionalKind(
  { ...longhorn, resource: 'backupvolumes' },
  {
    source: 'longhorn-backupvolumes',
    kind: 'longhornBackupVolume',
    buys: 'what the backup target still holds of a volume that is gone',
    unused: ['annotations', 'ownerReferences', 'messages'],
    fact: longhornBackupVolumeFact,
    newest: { most: mostBackups, at: ({ lastBackupAt }) => lastBackupAt ?? 0 },
  },
);

const longhornBackupTargets = optionalKind(
  { ...longhorn, resource: 'backuptargets' },
  {
    source: 'longhorn-backuptargets',
    kind: 'longhornBackupTarget',
    buys: 'whether the place where Longhorn keeps backups can be reached',
    unused: ['annotations', 'labels', 'ownerReferences'],
    fact: longhornBackupTargetFact,
  },
);

const longhornRecurringJobs = optionalKind(
  { ...longhorn, resource: 'recurringjobs' },
  {
    source: 'longhorn-recurringjobs',
    kind: 'longhornRecurringJob',
    buys: 'when Longhorn makes backups, and how many it keeps',
    unused: ['annotations', 'labels', 'parameters'],
    fact: longhornRecurringJobFact,
  },
);

const veleroBackups = optionalKind(
  { ...velero, resource: 'backups' },
  {
    source: 'velero-backups',
    kind: 'veleroBackup',
    buys: 'how the backups of Velero ended',
    unused: ['annotations', 'ownerReferences', 'hooks', 'orderedResources', 'progress', 'hookStatus'],
    fact: veleroBackupFact,
    newest: {
      most: mostBackups,
      at: ({ startedAt, completedAt, expiresAt }) => startedAt ?? completedAt ?? expiresAt ?? 0,
    },
  },
);

const veleroSchedules = optionalKind(
  { ...velero, resource: 'schedules' },
  {
    source: 'velero-schedules',
    kind: 'veleroSchedule',
    buys: 'when Velero makes backups, of what, and whether it is paused',
    unused: ['annotations', 'labels', 'ownerReferences', 'hooks', 'orderedResources'],
    fact: veleroScheduleFact,
  },
);

const veleroLocations = optionalKind(
  { ...velero, resource: 'backupstoragelocations' },
  {
    source: 'velero-locations',
    kind: 'veleroLocation',
    buys: 'whether the place where Velero keeps backups can be reached',
    unused: ['annotations', 'labels', 'credential'],
    fact: veleroLocationFact,
  },
);

const k8upSchedules = optionalKind(
  { ...k8up, resource: 'schedules' },
  {
    source: 'k8up-schedules',
    kind: 'k8upSchedule',
    buys: 'when K8up makes backups, and how many it keeps',
    unused: [
      ...[
        'annotations',
        'labels',
        'ownerReferences',
        'podSecurityContext',
        'resourceRequirementsTemplate',
        'resources',
      ],
      ...['repoPasswordSecretRef', 'accessKeyIDSecretRef', 'secretAccessKeySecretRef', 'envFrom', 'archive', 'check'],
      ...['volumes', 'volumeMounts', 'conditions'],
    ],
    fact: k8upScheduleFact,
  },
);

const k8upBackups = optionalKind(
  { ...k8up, resource: 'backups' },
  {
    source: 'k8up-backups',
    kind: 'k8upBackup',
    buys: 'how the backups of K8up ended',
    // The owner is used: it names the Schedule.
    unused: ['annotations', 'labels', 'spec'],
    fact: k8upBackupFact,
    newest: { most: mostBackups, at: ({ startedAt, endedAt }) => startedAt ?? endedAt ?? 0 },
  },
);

const k8upSnapshots = optionalKind(
  { ...k8up, resource: 'snapshots' },
  {
    source: 'k8up-snapshots',
    kind: 'k8upSnapshot',
    buys: 'of which claims K8up has backups, and how old they are',
    unused: ['annotations', 'labels', 'ownerReferences', 'status'],
    fact: k8upSnapshotFact,
    newest: { most: mostBackups, at: ({ takenAt }) => takenAt ?? 0 },
  },
);

const volSyncSources = optionalKind(
  { group: 'volsync.backube', version: 'v1alpha1', resource: 'replicationsources' },
  {
    source: 'volsync-sources',
    kind: 'volSyncSource',
    buys: 'when VolSync last copied a claim, and how it ended',
    unused: [
      ...['annotations', 'labels', 'ownerReferences', 'moverSecurityContext', 'moverResources', 'moverAffinity'],
      ...['moverPodLabels', 'peers', 'parameters', 'customCA', 'accessModes', 'cacheAccessModes'],
    ],
    fact: volSyncSourceFact,
  },
);

const volumeSnapshots = optionalKind(
  { group: 'snapshot.storage.k8s.io', version: 'v1', resource: 'volumesnapshots' },
  {
    source: 'volumesnapshots',
    kind: 'volumeSnapshot',
    buys: 'snapshots of volumes, and which failed',
    unused: ['annotations', 'labels', 'ownerReferences'],
    fact: volumeSnapshotFact,
    // One that failed, or is not yet taken, has no time: it is what is looked for.
    newest: { most: mostBackups, at: ({ takenAt }) => takenAt ?? Number.MAX_SAFE_INTEGER },
  },
);

const etcdSnapshots = optionalKind(
  { group: 'k3s.cattle.io', version: 'v1', resource: 'etcdsnapshotfiles' },
  {
    source: 'etcdsnapshotfiles',
    kind: 'etcdSnapshot',
    buys: "the snapshots that k3s and RKE2 make of the cluster's own database",
    unused: ['annotations', 'labels', 's3'],
    fact: etcdSnapshotFact,
    newest: { most: mostBackups, at: ({ takenAt }) => takenAt ?? 0 },
  },
);

/** The kinds that tell of backups; CronJobs are among the workloads. */
export const backupKinds: readonly KindRow[] = [
  ...[longhornBackups, longhornBackupVolumes, longhornBackupTargets, longhornRecurringJobs],
  ...[veleroBackups, veleroSchedules, veleroLocations, k8upSchedules, k8upBackups, k8upSnapshots],
  ...[volSyncSources, volumeSnapshots, etcdSnapshots],
];
