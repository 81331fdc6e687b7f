import { dateOf } from './backup-objects.ts';
import { apiVersionOf, type Told } from './backup-systems.ts';

const namespace = 'longhorn-system';
const apiVersion = apiVersionOf('longhorn');
const giga = 1_073_741_824;

/** The claim whose data a Longhorn volume has. */
export interface ClaimOfVolume {
  namespace: string;
  name: string;
  /** Name of its PersistentVolume, and of the Longhorn volume. */
  volume: string;
}

/** A backup as Longhorn tells it. */
export interface LonghornBackup {
  claim: ClaimOfVolume;
  name: string;
  at: number;
  bytes: number;
  /** `Completed` unless told otherwise; other words than the known ones too. */
  state?: string;
  error?: string;
  /** Name of its recurring job; none: somebody made it. */
  job?: string;
}

/** An attached volume that Longhorn calls healthy, whatever is in it. `jobs` back it up. */
export function longhornVolume(claim: ClaimOfVolume, node: string, jobs: readonly string[], status: object = {}): Told {
  const labels = Object.fromEntries(jobs.map((job) => [`recurring-job.longhorn.io/${job}`, 'enabled']));
  return {
    ...{ apiVersion, kind: 'Volume' },
    metadata: { namespace, name: claim.volume, labels: { longhornvolume: claim.volume, ...labels } },
    spec: { size: String(10 * giga), numberOfReplicas: 1, frontend: 'blockdev', backupTargetName: 'default' },
    status: {
      ...{ state: 'attached', robustness: 'healthy', actualSize: 2 * giga, currentNodeID: node },
      ...{ lastBackup: '', lastBackupAt: '', lastDegradedAt: '', restoreRequired: false },
      kubernetesStatus: kubernetesStatus(claim),
      conditions: [{ type: 'Scheduled', status: 'True', reason: '', message: '', lastTransitionTime: dateOf(0) }],
      ...status,
    },
  };
}

/** A backup; a failed one has no name of its volume in its status, only in its label. */
export function longhornBackup(backup: LonghornBackup): Told {
  const { claim, name, at, bytes, state = 'Completed', error = '', job } = backup;
  const labels = {
    KubernetesStatus: JSON.stringify(kubernetesStatus(claim)),
    ...(job !== undefined && { RecurringJob: job }),
  };
  const whole = { volumeName: claim.volume, size: String(bytes), volumeSize: String(10 * giga) };
  return {
    ...{ apiVersion, kind: 'Backup' },
    metadata: { namespace, name, labels: { 'backup-volume': claim.volume, 'backup-target': 'default' } },
    spec: { snapshotName: `snapshot-${name}`, labels, backupMode: 'incremental' },
    status: {
      ...{ state, error, backupTargetName: 'default', labels, snapshotName: `snapshot-${name}` },
      ...{ snapshotCreatedAt: dateOf(at), backupCreatedAt: state === 'Completed' ? dateOf(at) : '', messages: null },
      ...(state === 'Completed' ? whole : { volumeName: '', size: '', volumeSize: '' }),
    },
  };
}

/** What the target holds of a volume. */
export function longhornBackupVolume(claim: ClaimOfVolume, last: { name: string; at: number; bytes: number }): Told {
  const labels = { KubernetesStatus: JSON.stringify(kubernetesStatus(claim)) };
  return {
    ...{ apiVersion, kind: 'BackupVolume' },
    metadata: { namespace, name: `${claim.volume}-1a2b3c4d`, labels: { 'backup-target': 'default' } },
    spec: { backupTargetName: 'default', volumeName: claim.volume },
    status: {
      ...{ lastBackupName: last.name, lastBackupAt: dateOf(last.at), dataStored: String(last.bytes), labels },
      ...{ size: String(10 * giga), createdAt: dateOf(last.at), lastSyncedAt: dateOf(last.at) },
    },
  };
}

/** The one target; not available with a message, no target at all with an empty address. */
export function longhornTarget(url: string, trouble = '', at = Date.now()): Told {
  const unavailable = {
    ...{ type: 'Unavailable', status: trouble === '' ? 'False' : 'True', lastTransitionTime: dateOf(at) },
    ...{ reason: trouble === '' ? '' : 'Unavailable', message: trouble },
  };
  return {
    ...{ apiVersion, kind: 'BackupTarget' },
    metadata: { namespace, name: 'default' },
    spec: { backupTargetURL: url, credentialSecret: '', pollInterval: '5m0s' },
    status: { available: url !== '' && trouble === '', conditions: [unavailable], lastSyncedAt: dateOf(at) },
  };
}

/** A recurring job, which tells nothing of its last run. */
export function longhornJob(name: string, retain: number, cron = '0 0 * * *', task = 'backup'): Told {
  return {
    ...{ apiVersion, kind: 'RecurringJob' },
    metadata: { namespace, name },
    spec: { name, task, cron, retain, groups: [], concurrency: 2, labels: {} },
    status: { ownerID: 'nuc0', executionCount: 30 },
  };
}

function kubernetesStatus(claim: ClaimOfVolume): object {
  return {
    ...{ pvName: claim.volume, pvStatus: 'Bound', namespace: claim.namespace, pvcName: claim.name },
    ...{ lastPVCRefAt: '', lastPodRefAt: '', workloadsStatus: null },
  };
}
