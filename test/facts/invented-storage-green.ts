import { backupIndex } from '#server/checks/backup-index.ts';
import { lastRunsOf } from '#server/checks/last-runs.ts';
import { longhornVolumeOf } from '#server/checks/longhorn-replicas.ts';
import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { part, type Raws } from './raw-part.ts';

/** True if the raw objects do not literally say what a verdict calls fine. */
export type IsInvented = (verdict: Verdict, snapshot: Snapshot, raws: Raws) => boolean;

/** Of storage and backups, by check. Which object a verdict is about is asked of the checks, what it says is read here. */
export const inventedStorage: Readonly<Record<string, IsInvented>> = {
  'storage/volume-filling': (verdict, _, raws) =>
    !volumesOf(verdict, raws).some((each) => isFree(each, 'capacityBytes', 'availableBytes', 0.15)),
  'storage/inodes-filling': (verdict, _, raws) =>
    !volumesOf(verdict, raws).some((each) => isFree(each, 'inodes', 'inodesFree', 0.15)),
  'storage/volume-emptied': (verdict, _, raws) =>
    !volumesOf(verdict, raws).some((each) =>
      ['usedBytes', 'availableBytes', 'inodesUsed', 'inodesFree'].some((key) => isCount(part(each, key))),
    ),
  'storage/longhorn-volume': ({ subject }, snapshot, raws) => {
    const key = subject.kind === 'LonghornVolume' ? keyOf(subject) : longhornVolumeOf(subject, snapshot)?.key;
    return !isLonghornFine(raws.get(`longhornVolume ${key ?? ''}`));
  },
  'storage/ceph-health': ({ subject, key }, { now }, raws) => {
    const id = keyOf(subject);
    if (subject.kind === 'CephBlockPool') {
      return !['Ready', 'Progressing', 'Deleting'].includes(String(statusOf(raws.get(`cephPool ${id}`), 'phase')));
    }
    return !isCephFine(raws.get(`cephCluster ${id}`), key === undefined ? 'health' : 'room', now);
  },
  'storage/claim-pending': ({ subject }, _, raws) => {
    const phase = statusOf(raws.get(`persistentVolumeClaim ${keyOf(subject)}`), 'phase');
    return phase !== 'Bound' && phase !== 'Pending';
  },
  'storage/claim-lost': () => true,
  'backups/failed': ({ subject }, snapshot, raws) => {
    const plan = backupIndex(snapshot).planOf.get(subjectId(subject));
    if (plan === undefined) return true;
    return lastRunsOf(plan, snapshot).some(({ run: { subject: of } }) => {
      return !isGood(of.kind, raws.get(`${runKinds[of.kind] ?? ''} ${keyOf(of)}`));
    });
  },
  'backups/too-old': ({ say: { values } }, { now }, raws) => {
    const at = values['at'];
    // Without a time it says that a first one is not due yet.
    if (at === undefined) return false;
    return typeof at !== 'number' || at > now || !allGoodTimes(raws).has(at);
  },
};

/** As facts are called: what is spoilt may have lost its namespace. */
function keyOf({ namespace = '', name }: Subject): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Which fact tells of a run, by the kind of its subject. */
const runKinds: Readonly<Record<string, string>> = {
  ...{
    LonghornBackup: 'longhornBackup',
    VeleroBackup: 'veleroBackup',
    K8upBackup: 'k8upBackup',
    K8upSnapshot: 'k8upSnapshot',
  },
  ...{ ReplicationSource: 'volSyncSource', CronJob: 'cronJob', VolumeSnapshot: 'volumeSnapshot' },
  ...{ ETCDSnapshotFile: 'etcdSnapshot' },
};

/** What is good is remembered from snapshot to snapshot: also when it was told in one before. */
const everGood = new Set<number>();
const looked = new WeakSet<Raws>();

function allGoodTimes(raws: Raws): ReadonlySet<number> {
  if (looked.has(raws)) return everGood;
  looked.add(raws);
  for (const [id, raw] of raws) {
    const kind = id.slice(0, id.indexOf(' '));
    const [ofSubject = ''] = Object.entries(runKinds).find(([, fact]) => fact === kind) ?? [];
    const is = kind === 'longhornBackupVolume' ? kind : ofSubject;
    if (is !== '' && isGood(is, raw)) for (const at of goodTimes(is, raw)) everGood.add(at);
  }
  return everGood;
}

/** True if a run literally says that it ended well. */
function isGood(kind: string, raw: unknown): boolean {
  const status = part(raw, 'status');
  switch (kind) {
    case 'LonghornBackup':
      return part(status, 'state') === 'Completed';
    case 'VeleroBackup':
      return part(status, 'phase') === 'Completed';
    case 'VolumeSnapshot':
    case 'ETCDSnapshotFile':
      return part(status, 'readyToUse') === true;
    case 'ReplicationSource':
      return part(part(status, 'latestMoverStatus'), 'result') !== 'Failed' && goodTimes(kind, raw).length > 0;
    case 'CronJob':
      return goodTimes(kind, raw).length > 0;
    default:
      // Of K8up a snapshot is there only if it was made; what its Backups say of good ones is left to those.
      return kind === 'K8upSnapshot' || kind === 'longhornBackupVolume';
  }
}

/** When a good run may have been, epoch ms. */
function goodTimes(kind: string, raw: unknown): number[] {
  const status = part(raw, 'status');
  switch (kind) {
    case 'LonghornBackup':
      return timesOf(status, 'snapshotCreatedAt', 'backupCreatedAt');
    case 'VeleroBackup':
      return timesOf(status, 'startTimestamp', 'completionTimestamp');
    case 'K8upSnapshot':
      return timesOf(part(raw, 'spec'), 'date');
    case 'VolumeSnapshot':
    case 'ETCDSnapshotFile':
      return timesOf(status, 'creationTime');
    case 'longhornBackupVolume':
      return timesOf(status, 'lastBackupAt');
    case 'CronJob':
      return timesOf(status, 'lastSuccessfulTime');
    case 'ReplicationSource':
      // Its data are of when it began; `rawVolSyncSource` says how long it took.
      return timesOf(status, 'lastSyncTime').flatMap((at) => [at, at - 65_300]);
    default:
      return [];
  }
}

function timesOf(value: unknown, ...keys: readonly string[]): number[] {
  return keys.map((key) => timeOf(part(value, key))).filter((at) => Number.isFinite(at));
}

function timeOf(value: unknown): number {
  return typeof value === 'string' || value instanceof Date ? new Date(value).getTime() : Number.NaN;
}

/** What the kubelets that a verdict goes by measured of its claim. */
function volumesOf({ subject, sources = [] }: Verdict, raws: Raws): unknown[] {
  const pods = sources.flatMap((source) => listOf(raws.get(`nodeStats ${source.replace('kubelet/', '')}`), 'pods'));
  return pods
    .flatMap((pod) => listOf(pod, 'volume'))
    .filter((volume) => {
      const of = part(volume, 'pvcRef');
      return part(of, 'name') === subject.name && part(of, 'namespace') === subject.namespace;
    });
}

function listOf(value: unknown, key: string): unknown[] {
  const list = part(value, key);
  return Array.isArray(list) ? list : [];
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e18;
}

function isFree(value: unknown, allKey: string, freeKey: string, share: number): boolean {
  const [all, free] = [part(value, allKey), part(value, freeKey)];
  return isCount(all) && isCount(free) && free > share * all;
}

function isLonghornFine(raw: unknown): boolean {
  const [state, robustness] = [statusOf(raw, 'state'), statusOf(raw, 'robustness')];
  if (state === 'attached') return robustness === 'healthy';
  if (state === 'detached') return robustness === 'healthy' || robustness === 'unknown';
  const isChanging = ['creating', 'attaching', 'detaching', 'deleting'].includes(String(state));
  return isChanging && robustness !== 'faulted' && robustness !== 'degraded';
}

function isCephFine(raw: unknown, of: 'health' | 'room', now: number): boolean {
  const ceph = part(part(raw, 'status'), 'ceph');
  const checkedAt = timeOf(part(ceph, 'lastChecked'));
  if (!(now - checkedAt <= 5 * 60_000 && checkedAt - now <= 60 * 60_000)) return false;
  if (of === 'health') return part(ceph, 'health') === 'HEALTH_OK' && statusOf(raw, 'phase') !== 'Failure';
  // A text that is a number is a quantity, as Kubernetes writes it.
  const [total, used] = ['bytesTotal', 'bytesUsed'].map((key) => {
    const value = part(part(ceph, 'capacity'), key);
    return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  });
  return isCount(total) && isCount(used) && used < 0.8 * total;
}

function statusOf(raw: unknown, key: string): unknown {
  return part(part(raw, 'status'), key);
}
