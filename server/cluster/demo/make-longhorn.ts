import { claimKey, volumeOfClaim, type Claim } from './claims.ts';
import type { Machine } from './machines.ts';
import { createRandom } from './random.ts';
import type { RawCustom } from './raw-custom.ts';
import { rawTime, type RawObject } from './raw-objects.ts';

/** The namespace of Longhorn. */
export const LONGHORN = 'longhorn-system';

/** How a Longhorn volume stands. */
export interface VolumeState {
  /** Where it is attached, null if nowhere. */
  node: string | null;
  /** Nodes whose replicas of it have failed. */
  lost: ReadonlySet<string>;
  /** Since when it has not all its replicas, epoch ms; null if it has. */
  degradedAt: number | null;
  /** Bytes, with its snapshots. */
  actualBytes: number;
  lastBackup: { name: string; at: number } | null;
}

/** The metadata that the parts of Longhorn have; names give UIDs, so that what comes again is the same. */
export function longhornMetadata(
  name: string,
  createdAt: number,
  labels: Readonly<Record<string, string>> = {},
): RawObject['metadata'] {
  return {
    ...{ name, namespace: LONGHORN, uid: createRandom(23).fork(name).uid(), resourceVersion: '', generation: 1 },
    creationTimestamp: rawTime(createdAt),
    labels: { ...labels },
    finalizers: ['longhorn.io'],
  };
}

export function makeLonghornVolume(claim: Claim, state: VolumeState, createdAt: number): RawCustom {
  const name = volumeOfClaim(claim);
  return {
    metadata: longhornMetadata(name, createdAt, {
      ...{ longhornvolume: name, 'backup-target': 'default' },
      ...{ 'recurring-job-group.longhorn.io/default': 'enabled' },
    }),
    spec: {
      ...{ size: String(claim.gibibytes * 2 ** 30), numberOfReplicas: claim.on.length, dataLocality: 'disabled' },
      ...{ accessMode: 'rwo', frontend: 'blockdev', fromBackup: '', nodeID: state.node ?? '', staleReplicaTimeout: 30 },
      ...{ backupTargetName: 'default', dataEngine: 'v1', restoreVolumeRecurringJob: 'ignored' },
    },
    status: longhornVolumeStatus(claim, state, createdAt),
  };
}

/** As its controller writes it: healthy and degraded while attached, faulted where no replica is left. */
export function longhornVolumeStatus(claim: Claim, state: VolumeState, createdAt: number): Record<string, unknown> {
  const { node, lost, degradedAt, actualBytes, lastBackup } = state;
  const left = claim.on.filter((each) => !lost.has(each)).length;
  const isAttached = node !== null && left > 0;
  const robustness =
    left === 0
      ? 'faulted'
      : !isAttached || lost.has(node)
        ? 'unknown'
        : left < claim.on.length
          ? 'degraded'
          : 'healthy';
  const isScheduled = left === claim.on.length;
  return {
    ...{ state: isAttached ? 'attached' : 'detached', robustness, currentNodeID: isAttached ? node : '' },
    ...{ ownerID: node ?? claim.on[0] ?? '', actualSize: actualBytes, restoreRequired: false, frontendDisabled: false },
    conditions: [
      condition('Scheduled', isScheduled, createdAt, isScheduled ? '' : 'ReplicaSchedulingFailure'),
      condition('TooManySnapshots', false, createdAt),
      condition('Restore', false, createdAt),
      condition('WaitForBackingImage', false, createdAt),
    ],
    kubernetesStatus: {
      ...{ pvName: volumeOfClaim(claim), pvStatus: 'Bound', namespace: claim.namespace, pvcName: claim.name },
      ...{ lastPVCRefAt: '', lastPodRefAt: '', workloadsStatus: null },
    },
    ...{ lastBackup: lastBackup?.name ?? '', lastBackupAt: lastBackup === null ? '' : rawTime(lastBackup.at) },
    lastDegradedAt: degradedAt === null ? '' : rawTime(degradedAt),
  };
}

/** The replica of a volume on a node. */
export function makeReplica(claim: Claim, on: string, state: VolumeState, createdAt: number): RawCustom {
  const volume = volumeOfClaim(claim);
  const own = createRandom(29)
    .fork(`${claimKey(claim)}/${on}`)
    .hex(8);
  const isLost = state.lost.has(on);
  const runs = state.node !== null && !isLost;
  return {
    metadata: longhornMetadata(`${volume}-r-${own}`, createdAt, { longhornvolume: volume, longhornnode: on }),
    spec: {
      ...{ volumeName: volume, volumeSize: String(claim.gibibytes * 2 ** 30), nodeID: on, diskID: diskOf(on).uuid },
      ...{ diskPath: DISK_PATH, dataDirectoryName: `${volume}-${own}`, desireState: runs ? 'running' : 'stopped' },
      failedAt: isLost && state.degradedAt !== null ? rawTime(state.degradedAt) : '',
      ...{ healthyAt: isLost ? '' : rawTime(createdAt), active: true, dataEngine: 'v1' },
    },
    status: { currentState: isLost ? 'error' : runs ? 'running' : 'stopped', ownerID: on, started: runs },
  };
}

/** A node of Longhorn; the control plane has no disk for it. */
export function makeLonghornNode(machine: Machine, claims: readonly Claim[], createdAt: number): RawCustom {
  const { name, controlPlane, diskKi } = machine;
  const { key, uuid } = diskOf(name);
  const maximum = diskKi * 1024;
  const scheduled = claims.filter(({ is, on }) => is === 'longhorn' && on.includes(name));
  const bytes = scheduled.reduce((sum, { gibibytes }) => sum + gibibytes * 2 ** 30, 0);
  const disk = { path: DISK_PATH, type: 'filesystem', allowScheduling: true, evictionRequested: false, tags: [] };
  const storageReserved = Math.round(maximum * 0.1);
  const diskStatus = {
    ...{ conditions: [condition('Ready', true, createdAt), condition('Schedulable', true, createdAt)] },
    ...{ storageAvailable: Math.round(maximum * AVAILABLE_SHARE), storageMaximum: maximum, storageScheduled: bytes },
    ...{ diskUUID: uuid, filesystemType: 'ext2/ext3' },
  };
  return {
    metadata: longhornMetadata(name, createdAt),
    spec: {
      ...{ name, allowScheduling: true, evictionRequested: false, tags: [] },
      disks: controlPlane ? {} : { [key]: { ...disk, storageReserved } },
    },
    status: {
      conditions: ['Ready', 'Schedulable', 'MountPropagation', 'RequiredPackages', 'NFSClientInstalled'].map((type) =>
        condition(type, true, createdAt),
      ),
      diskStatus: controlPlane ? {} : { [key]: diskStatus },
    },
  };
}

/** A condition as Longhorn writes it. */
export function condition(type: string, holds: boolean, at: number, reason = '', message = '') {
  const lastTransitionTime = rawTime(at);
  return { type, status: holds ? 'True' : 'False', lastProbeTime: '', lastTransitionTime, reason, message };
}

const DISK_PATH = '/var/lib/longhorn/';
// About what the disks of the three have left.
const AVAILABLE_SHARE = 0.51;

function diskOf(node: string): { key: string; uuid: string } {
  const own = createRandom(31).fork(node);
  return { key: `default-disk-${own.hex(16)}`, uuid: own.uid() };
}
