import { volumeOfClaim, type Claim } from './claims.ts';
import { NAS } from './machines.ts';
import { condition, longhornMetadata } from './make-longhorn.ts';
import { createRandom } from './random.ts';
import type { RawCustom } from './raw-custom.ts';
import { rawTime } from './raw-objects.ts';

/** A backup of one night, or one out of turn. */
export interface BackupNote {
  claim: Claim;
  /** When its snapshot was taken, epoch ms. */
  at: number;
  /** How long it took, ms; null while it runs. */
  tookMs: number | null;
  /** How much was in the volume. */
  bytes: number;
  /** Why it failed; "" if it did not. */
  error: string;
}

/** Where the homelab's backups go. */
export const BACKUP_URL = `nfs://${NAS.address}:/volume1/longhorn`;
/** The recurring job that makes them, and the one that takes snapshots. */
export const NIGHTLY = 'nightly-backup';
export const SNAPSHOTS = 'snapshot-6h';

// What Longhorn keeps and copies are blocks of this size.
const BLOCK_BYTES = 2 ** 21;

/** The name of the backup of a claim at that time: always the same. */
export function backupName(claim: Claim, at: number): string {
  return `backup-${createRandom(37)
    .fork(`${volumeOfClaim(claim)}/${at}`)
    .hex(16)}`;
}

/** A Backup of Longhorn. One that failed does not say in its status whose it is. */
export function makeBackup({ claim, at, tookMs, bytes, error }: BackupNote): RawCustom {
  const volume = volumeOfClaim(claim);
  const name = backupName(claim, at);
  const snapshotName = `nightly--${createRandom(41).fork(name).uid()}`;
  const isDone = tookMs !== null && error === '';
  const labels = { KubernetesStatus: kubernetesStatus(claim), RecurringJob: NIGHTLY };
  const size = String(Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES);
  const told = {
    ...{ url: `${BACKUP_URL}?backup=${name}&volume=${volume}`, snapshotCreatedAt: rawTime(at) },
    ...{ backupCreatedAt: rawTime(at + (tookMs ?? 0)), size, volumeSize: String(claim.gibibytes * 2 ** 30) },
    ...{ volumeName: volume, newlyUploadDataSize: String(BLOCK_BYTES * 9), reUploadedDataSize: '0' },
  };
  return {
    metadata: longhornMetadata(name, at, { 'backup-volume': volume, 'backup-target': 'default' }),
    spec: { snapshotName, backupMode: 'incremental', labels: { ...labels, 'longhorn.io/volume-access-mode': 'rwo' } },
    status: {
      state: error !== '' ? 'Error' : isDone ? 'Completed' : 'InProgress',
      ...{ ownerID: claim.on[0] ?? '', progress: isDone ? 100 : 0, error, snapshotName, labels, messages: null },
      ...{ compressionMethod: 'lz4', backupTargetName: 'default', lastSyncedAt: rawTime(at + (tookMs ?? 0)) },
      ...(isDone ? told : { url: '', size: '', volumeName: '', snapshotCreatedAt: '', backupCreatedAt: '' }),
    },
  };
}

/** What the target holds of a volume. */
export function makeBackupVolume(
  claim: Claim,
  last: BackupNote | null,
  createdAt: number,
  syncedAt: number,
): RawCustom {
  const volume = volumeOfClaim(claim);
  const isThere = last !== null && last.tookMs !== null;
  return {
    metadata: longhornMetadata(`${volume}-${createRandom(43).fork(volume).hex(8)}`, createdAt, {
      ...{ 'backup-volume': volume, 'backup-target': 'default' },
    }),
    spec: { backupTargetName: 'default', volumeName: volume },
    status: {
      ...{ lastBackupName: isThere ? backupName(claim, last.at) : '', messages: null },
      lastBackupAt: isThere ? rawTime(last.at + (last.tookMs ?? 0)) : '',
      ...{ size: String(claim.gibibytes * 2 ** 30), dataStored: String(isThere ? Math.round(last.bytes * 1.1) : 0) },
      ...{ labels: { KubernetesStatus: kubernetesStatus(claim) }, createdAt: rawTime(createdAt) },
      ...{ lastSyncedAt: rawTime(syncedAt), storageClassName: 'longhorn', ownerID: claim.on[0] ?? '' },
    },
  };
}

/** `why` it cannot be reached, "" if it can; `since` when that is so. */
export function makeBackupTarget(why: string, since: number, createdAt: number, syncedAt: number): RawCustom {
  return {
    metadata: longhornMetadata('default', createdAt),
    spec: { backupTargetURL: BACKUP_URL, credentialSecret: '', pollInterval: '5m0s' },
    status: {
      ...{ available: why === '', lastSyncedAt: rawTime(syncedAt), ownerID: 'nuc0' },
      conditions: [condition('Unavailable', why !== '', since, why === '' ? '' : 'Unavailable', why)],
    },
  };
}

/** A recurring job of Longhorn. */
export function makeRecurringJob(
  { name, task, cron, retain }: { name: string; task: string; cron: string; retain: number },
  createdAt: number,
): RawCustom {
  return {
    metadata: longhornMetadata(name, createdAt),
    spec: { name, task, cron, retain, concurrency: 2, groups: ['default'], labels: {}, parameters: {} },
    status: { ownerID: 'nuc1', executionCount: 0 },
  };
}

/** A snapshot of the cluster's own database by k3s: a file on the server, and its copy on the NAS. */
export function makeEtcdSnapshots(at: number, bytes: number): RawCustom[] {
  const seconds = Math.floor(at / 1000);
  const snapshot = `etcd-snapshot-kmaster-${seconds}`;
  return [
    { kind: 'local', node: 'kmaster', location: `file:///var/lib/rancher/k3s/server/db/snapshots/${snapshot}` },
    { kind: 's3', node: 's3', location: `s3://k3s-snapshots/${snapshot}` },
  ].map(({ kind, node, location }) => {
    const name = `${kind}-${snapshot}-${createRandom(47).fork(`${kind}/${snapshot}`).hex(6)}`;
    const { namespace: _none, finalizers: _no, ...metadata } = longhornMetadata(name, at);
    const s3 = { bucket: 'k3s-snapshots', endpoint: `${NAS.address}:9000`, prefix: '', region: 'us-east-1' };
    return {
      metadata: { ...metadata, labels: { 'etcd.k3s.cattle.io/snapshot-storage-node': node } },
      spec: { snapshotName: snapshot, nodeName: node, location, ...(kind === 's3' ? { s3 } : {}) },
      status: { creationTime: rawTime(at), readyToUse: true, size: String(bytes) },
    };
  });
}

function kubernetesStatus(claim: Claim): string {
  const { namespace, name } = claim;
  return JSON.stringify({ pvName: volumeOfClaim(claim), pvStatus: 'Bound', namespace, pvcName: name });
}
