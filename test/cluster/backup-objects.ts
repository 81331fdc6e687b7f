import { apiVersionOf, type Told } from './backup-systems.ts';

/** A Backup of Velero of some namespaces; `status` as its controller has filled it so far, without times where there are none. */
export function veleroBackup(name: string, schedule: string, namespaces: readonly string[], status: object): Told {
  return {
    ...{ apiVersion: apiVersionOf('velero'), kind: 'Backup' },
    metadata: {
      ...{ namespace: 'velero', name },
      labels: { 'velero.io/storage-location': 'default', ...(schedule && { 'velero.io/schedule-name': schedule }) },
    },
    spec: veleroTemplate(namespaces),
    status: { version: 1, formatVersion: '1.1.0', ...status },
  };
}

/** A Schedule of Velero, at 2 in the night. */
export function veleroSchedule(
  name: string,
  namespaces: readonly string[],
  paused: boolean,
  lastBackupAt: number,
): Told {
  return {
    ...{ apiVersion: apiVersionOf('velero'), kind: 'Schedule' },
    metadata: { namespace: 'velero', name },
    spec: { schedule: '0 2 * * *', paused, template: veleroTemplate(namespaces) },
    status: { phase: 'Enabled', lastBackup: dateOf(lastBackupAt) },
  };
}

/** Where Velero's backups go; `message` where it cannot be reached. */
export function veleroLocation(name: string, message: string, validatedAt: number): Told {
  return {
    ...{ apiVersion: apiVersionOf('velero'), kind: 'BackupStorageLocation' },
    metadata: { namespace: 'velero', name },
    spec: {
      ...{ provider: 'aws', default: true, objectStorage: { bucket: 'backups' } },
      config: { region: 'home', s3Url: 'https://s3.elsewhere.example', s3ForcePathStyle: 'true' },
    },
    status: {
      ...{ phase: message === '' ? 'Available' : 'Unavailable', message },
      ...{ lastValidationTime: dateOf(validatedAt), lastSyncedTime: dateOf(validatedAt) },
    },
  };
}

/** A Schedule of K8up for the claims of its namespace, whose hour K8up has chosen. */
export function k8upSchedule(namespace: string, name: string): Told {
  return {
    ...{ apiVersion: apiVersionOf('k8up'), kind: 'Schedule' },
    metadata: { namespace, name },
    spec: {
      backend: k8upBackend,
      backup: { schedule: '@daily-random' },
      prune: { schedule: '@weekly-random', retention: { keepLast: 5, keepDaily: 14 } },
    },
    status: { effectiveSchedules: [{ jobType: 'backup', generatedSchedule: '24 3 * * *' }] },
  };
}

/** A Backup of K8up that a Schedule has made (as the API gives it): `finished` whether it went well or not. */
export function k8upBackup(name: string, owner: Told & Uid, how: K8upOutcome, at: number): Told {
  const { namespace = '', name: schedule } = owner.metadata;
  const condition = (type: string, status: string, reason: string, message: string) => ({
    ...{ type, status, reason, message, lastTransitionTime: dateOf(at) },
  });
  const conditions = {
    Succeeded: [condition('Completed', 'True', 'Succeeded', `the job '${namespace}/${name}' ended`)],
    Failed: [condition('Completed', 'True', 'Failed', `the job '${namespace}/${name}' has failed`)],
    'pre-backup failed': [condition('PreBackupPodReady', 'False', 'Failed', 'error waiting for pod: timed out')],
  }[how];
  return {
    ...{ apiVersion: apiVersionOf('k8up'), kind: 'Backup' },
    metadata: { namespace, name, ownerReferences: [ownerOf(schedule, owner.metadata.uid)] },
    spec: { backend: k8upBackend },
    status: { started: true, finished: how !== 'pre-backup failed', exclusive: false, conditions },
  };
}

/** An object that the API has. */
export interface Uid {
  metadata: { uid: string };
}

/** How a Backup of K8up may end. */
export type K8upOutcome = 'Succeeded' | 'Failed' | 'pre-backup failed';

/** A restic snapshot of a claim, as K8up lists it. */
export function k8upSnapshot(namespace: string, id: string, claim: string, at: number): Told {
  return {
    ...{ apiVersion: apiVersionOf('k8up'), kind: 'Snapshot' },
    metadata: { namespace, name: id.slice(0, 8) },
    spec: { id, date: dateOf(at), paths: [`/data/${claim}`], repository: 's3:https://s3.elsewhere.example/k8up' },
  };
}

/** A ReplicationSource of VolSync by restic, each night at 3. */
export function volSyncSource(namespace: string, claim: string, status: object, paused = false): Told {
  return {
    ...{ apiVersion: apiVersionOf('volsync'), kind: 'ReplicationSource' },
    metadata: { namespace, name: claim },
    spec: {
      ...{ sourcePVC: claim, paused, trigger: { schedule: '0 3 * * *' } },
      restic: { repository: 'restic', pruneIntervalDays: 14, retain: { daily: 7 }, copyMethod: 'Clone' },
    },
    status,
  };
}

/** Its condition, as the controller sets it. */
export function synchronizing(status: 'True' | 'False', reason: string, at: number): object {
  return { type: 'Synchronizing', status, reason, message: '', lastTransitionTime: dateOf(at) };
}

/** A VolumeSnapshot of a claim; `error` where it could not be taken. */
export function volumeSnapshot(namespace: string, name: string, claim: string, at: number, error = ''): Told {
  return {
    ...{ apiVersion: apiVersionOf('snapshots'), kind: 'VolumeSnapshot' },
    metadata: { namespace, name },
    spec: { source: { persistentVolumeClaimName: claim }, volumeSnapshotClassName: 'csi' },
    status:
      error === ''
        ? { readyToUse: true, creationTime: dateOf(at), restoreSize: '10Gi' }
        : { readyToUse: false, error: { time: dateOf(at), message: error } },
  };
}

/** A snapshot of the cluster's own database, as k3s lists it. */
export function etcdSnapshot(node: string, at: number): Told {
  const snapshotName = `etcd-snapshot-${node}-${Math.round(at / 1000)}`;
  return {
    ...{ apiVersion: apiVersionOf('k3s'), kind: 'ETCDSnapshotFile' },
    metadata: { name: `local-${snapshotName}-1a2b3c` },
    spec: { snapshotName, nodeName: node, location: `file:///var/lib/rancher/k3s/server/db/snapshots/${snapshotName}` },
    status: { readyToUse: true, creationTime: dateOf(at), size: '14020608' },
  };
}

/** As Kubernetes writes dates. */
export function dateOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

const k8upBackend = {
  s3: { endpoint: 'https://s3.elsewhere.example', bucket: 'k8up' },
  repoPasswordSecretRef: { name: 'restic', key: 'password' },
};

function veleroTemplate(includedNamespaces: readonly string[]): object {
  return { includedNamespaces, ttl: '720h0m0s', storageLocation: 'default', defaultVolumesToFsBackup: true };
}

function ownerOf(name: string, uid: string): object {
  return { apiVersion: apiVersionOf('k8up'), kind: 'Schedule', name, uid, controller: true };
}
