import { rawStatefulSet } from './raw-controllers.ts';
import { at, later } from './raw-pod.ts';

const head = <More extends Record<string, unknown>>(name: string, namespace: string | null, more?: More) => ({
  name,
  ...(namespace === null ? {} : { namespace }),
  uid: `uid-${name}`,
  resourceVersion: '184467',
  creationTimestamp: at,
  managedFields: [{ manager: 'velero-server', operation: 'Update', fieldsV1: { 'f:status': {} } }],
  ...(more as More),
});

const kubernetesStatus = JSON.stringify({
  ...{ pvName: 'pvc-gitea-data', pvStatus: 'Bound', namespace: 'git', pvcName: 'gitea-data', lastPVCRefAt: '' },
  workloadsStatus: [{ podName: 'gitea-0', podStatus: 'Running', workloadName: 'gitea', workloadType: 'StatefulSet' }],
});

/** A CronJob that dumps a claim. */
export const rawCronJob = {
  metadata: head('gitea-data-dump', 'git', {
    labels: { app: 'gitea' },
    annotations: { 'clusterwall.dev/backup-of': 'gitea-data, mail/inbox' },
  }),
  spec: {
    schedule: '30 2 * * *',
    timeZone: 'Europe/Amsterdam',
    concurrencyPolicy: 'Forbid',
    suspend: false,
    jobTemplate: { spec: { backoffLimit: 2, template: rawStatefulSet.spec.template } },
    successfulJobsHistoryLimit: 3,
  },
  status: {
    active: [{ kind: 'Job', namespace: 'git', name: 'gitea-data-dump-29' }],
    lastScheduleTime: later,
    lastSuccessfulTime: at,
  },
};

/** A snapshot of a claim by its storage. */
export const rawVolumeSnapshot = {
  metadata: head('gitea-data-monday', 'git', { finalizers: ['snapshot.storage.kubernetes.io/volumesnapshot-bound'] }),
  spec: { source: { persistentVolumeClaimName: 'gitea-data' }, volumeSnapshotClassName: 'longhorn' },
  status: { boundVolumeSnapshotContentName: 'c1', creationTime: at, readyToUse: true, restoreSize: '10Gi' },
};

/** What k3s wrote of its database to a bucket. */
export const rawEtcdSnapshot = {
  metadata: head('s3-etcd-snapshot-nuc0-1790856000-0a1b2c', null, {
    labels: { 'etcd.k3s.cattle.io/snapshot-storage-node': 's3' },
  }),
  spec: {
    snapshotName: 'etcd-snapshot-nuc0-1790856000',
    nodeName: 'nuc0',
    location: 's3://k3s/etcd-snapshot-nuc0-1790856000',
    metadata: { owner: 'anna' },
    s3: { endpoint: 's3.example', bucket: 'k3s', region: 'eu', insecure: false },
  },
  status: { creationTime: at, readyToUse: true, size: '25165856' },
};

/** A backup of Longhorn as it stands when it is whole. */
export const rawLonghornBackup = {
  metadata: head('backup-gitea-data-0a1b', 'longhorn-system', {
    labels: { 'backup-volume': 'pvc-gitea-data', 'backup-target': 'nas' },
  }),
  spec: { snapshotName: 'nightly-1', labels: { RecurringJob: 'nightly', KubernetesStatus: kubernetesStatus } },
  status: {
    ...{ state: 'Completed', progress: 100, error: '', volumeName: 'pvc-gitea-data', size: '1900032000' },
    ...{ volumeSize: '10737418240', snapshotCreatedAt: at, backupCreatedAt: later, newlyUploadDataSize: '4096' },
    ...{ url: 's3://backups@eu/?backup=backup-0a1b&volume=pvc-gitea-data', messages: null, backupTargetName: 'nas' },
    labels: { RecurringJob: 'nightly', KubernetesStatus: kubernetesStatus },
  },
};

/** What the target holds of that volume. */
export const rawLonghornBackupVolume = {
  metadata: head('pvc-gitea-data-0a1b2c3d', 'longhorn-system', { labels: { 'backup-target': 'nas' } }),
  spec: { volumeName: 'pvc-gitea-data', backupTargetName: 'nas', syncRequestedAt: null },
  status: {
    ...{ lastBackupName: 'backup-gitea-data-0a1b', lastBackupAt: later, dataStored: '1900032000', size: '10737418240' },
    ...{ lastSyncedAt: later, createdAt: at, labels: { KubernetesStatus: kubernetesStatus }, messages: {} },
  },
};

/** A target that cannot be reached; nothing has ever been synced. */
export const rawLonghornBackupTarget = {
  metadata: head('nas-small', 'longhorn-system'),
  spec: { backupTargetURL: 'nfs://nas.example:/backups?nfsOptions=soft', credentialSecret: '', pollInterval: '5m0s' },
  status: {
    available: false,
    lastSyncedAt: '0001-01-01T00:00:00Z',
    conditions: [
      {
        ...{ type: 'Unavailable', status: 'True', reason: 'Unavailable', lastTransitionTime: later },
        message: 'cannot mount nfs nas.example:/backups: connection refused',
      },
    ],
  },
};

/** A recurring job of Longhorn. */
export const rawLonghornRecurringJob = {
  metadata: head('nightly-small', 'longhorn-system'),
  spec: {
    name: 'nightly',
    task: 'backup',
    cron: '0 2 * * *',
    retain: 1,
    concurrency: 2,
    groups: ['default'],
    labels: {},
  },
  status: { ownerID: 'nuc0', executionCount: 12 },
};

/** A backup of Velero that lacks something. */
export const rawVeleroBackup = {
  metadata: head('nightly-small-20261121030800', 'velero', {
    labels: { 'velero.io/schedule-name': 'nightly', 'velero.io/storage-location': 'default' },
    annotations: { 'velero.io/source-cluster-k8s-gitversion': 'v1.36.4' },
  }),
  spec: {
    ...{ includedNamespaces: ['*'], excludedNamespaces: ['kube-system'], storageLocation: 'default', ttl: '720h0m0s' },
    ...{ defaultVolumesToFsBackup: true, snapshotVolumes: true, csiSnapshotTimeout: '10m0s', hooks: {} },
    labelSelector: { matchLabels: { app: 'gitea' } },
  },
  status: {
    ...{ phase: 'PartiallyFailed', startTimestamp: at, completionTimestamp: later, expiration: '2026-12-21T03:08:00Z' },
    ...{ errors: 2, warnings: 1, formatVersion: '1.1.0', progress: { itemsBackedUp: 10, totalItems: 12 } },
  },
};

/** The Schedule that makes it. */
export const rawVeleroSchedule = {
  metadata: head('nightly-small', 'velero'),
  spec: {
    schedule: '0 3 * * *',
    paused: true,
    template: { includedNamespaces: ['git'], ttl: '720h0m0s', snapshotVolumes: true, hooks: {} },
  },
  status: { phase: 'Enabled', lastBackup: at },
};

/** Where they go. */
export const rawVeleroLocation = {
  metadata: head('default-small', 'velero'),
  spec: {
    ...{
      provider: 'aws',
      default: true,
      objectStorage: { bucket: 'velero', prefix: 'homelab' },
      accessMode: 'ReadWrite',
    },
    ...{
      config: { region: 'minio', s3Url: 'http://velero:hunter2@minio.example:9000?x=1' },
      validationFrequency: '1m0s',
    },
  },
  status: {
    ...{ phase: 'Unavailable', lastValidationTime: later, lastSyncedTime: at },
    message: 'BackupStorageLocation "default" is unavailable: dial tcp: connection refused',
  },
};

/** A Schedule of K8up whose hour was drawn. */
export const rawK8upSchedule = {
  metadata: head('gitea-data-schedule', 'git'),
  spec: {
    backend: {
      repoPasswordSecretRef: { name: 'restic', key: 'password' },
      s3: { endpoint: 'https://s3.example', bucket: 'k8up', accessKeyIDSecretRef: { name: 's3', key: 'id' } },
    },
    backup: { schedule: '@daily-random', failedJobsHistoryLimit: 2 },
    prune: { schedule: '@weekly-random', retention: { keepLast: 5, keepDaily: 14 } },
    check: { schedule: '@weekly-random' },
  },
  status: {
    effectiveSchedules: [
      { jobType: 'prune', generatedSchedule: '2 4 * * 1' },
      { jobType: 'backup', generatedSchedule: '17 3 * * *' },
    ],
  },
};

/** A run of it that failed. */
export const rawK8upBackup = {
  metadata: head('gitea-data-backup-x7k2p', 'git', {
    ownerReferences: [
      { apiVersion: 'k8up.io/v1', kind: 'Schedule', name: 'gitea-data-schedule', uid: 's1', controller: true },
    ],
  }),
  spec: { backend: { s3: { endpoint: 'https://s3.example', bucket: 'k8up' } }, failedJobsHistoryLimit: 2 },
  status: {
    started: true,
    finished: true,
    conditions: [
      {
        type: 'PreBackupPodReady',
        status: 'True',
        reason: 'NoPreBackupPodsFound',
        message: '',
        lastTransitionTime: at,
      },
      {
        type: 'Progressing',
        status: 'False',
        reason: 'Finished',
        message: 'the job failed',
        lastTransitionTime: later,
      },
      { type: 'Completed', status: 'True', reason: 'Failed', message: 'the job has failed', lastTransitionTime: later },
    ],
  },
};

/** A restic snapshot that K8up lists. */
export const rawK8upSnapshot = {
  metadata: head('0a1b2c3d-small', 'git'),
  spec: { id: '0a1b2c3d4e5f', date: at, paths: ['/data/gitea-data'], repository: 's3:https://s3.example/k8up' },
};

/** A ReplicationSource of VolSync whose mover failed last time and tries again. */
export const rawVolSyncSource = {
  metadata: head('gitea-data', 'git'),
  spec: {
    sourcePVC: 'gitea-data',
    trigger: { schedule: '0 */6 * * *' },
    restic: {
      ...{ repository: 'restic-config', copyMethod: 'Snapshot', pruneIntervalDays: 14, cacheCapacity: '1Gi' },
      ...{ retain: { hourly: 6, daily: 5 }, moverSecurityContext: { runAsUser: 1000 } },
    },
  },
  status: {
    ...{ lastSyncTime: at, lastSyncDuration: '1m5.3s', lastSyncStartTime: later, nextSyncTime: '2026-11-21T06:00:00Z' },
    latestMoverStatus: {
      result: 'Failed',
      logs: 'repository 0a1b2c3d opened\nFatal: unable to save snapshot: s3 PUT: no space left on device',
    },
    conditions: [
      {
        ...{ type: 'Synchronizing', status: 'True', reason: 'SyncInProgress', lastTransitionTime: later },
        message: 'Synchronization in-progress',
      },
    ],
    restic: { lastPruned: at },
  },
};

/** By the source that brings it. */
export const rawBackupBySource = {
  cronjobs: rawCronJob,
  volumesnapshots: rawVolumeSnapshot,
  etcdsnapshotfiles: rawEtcdSnapshot,
  'longhorn-backups': rawLonghornBackup,
  'longhorn-backupvolumes': rawLonghornBackupVolume,
  'longhorn-backuptargets': rawLonghornBackupTarget,
  'longhorn-recurringjobs': rawLonghornRecurringJob,
  'velero-backups': rawVeleroBackup,
  'velero-schedules': rawVeleroSchedule,
  'velero-locations': rawVeleroLocation,
  'k8up-schedules': rawK8upSchedule,
  'k8up-backups': rawK8upBackup,
  'k8up-snapshots': rawK8upSnapshot,
  'volsync-sources': rawVolSyncSource,
};
