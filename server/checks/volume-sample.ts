import type { Snapshot } from '#server/engine/snapshot.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import { isMeasuredNow, type ClaimUse } from './claim-use.ts';

/** How much is in a volume; null where not told. */
export interface Figures {
  bytes: number | null;
  inodes: number | null;
}

/** Which volume was measured and by which pod: what has changed when data are gone with it. Texts are "" where not known. */
export interface Mount {
  /** Name of the PersistentVolume. */
  volume: string;
  /** UID of the claim. */
  claim: string;
  node: string;
  /** Boot ID and version of that node's kubelet. */
  boot: string;
  kubelet: string;
  /** UID of the pod. */
  pod: string;
}

/** One measurement of a claim's volume, by a kubelet that answers. */
export interface VolumeSample extends Figures {
  /** When, by our own clock: that of the kubelet may be astray. */
  at: number;
  /** When by the kubelet's: another one after each measurement, to be compared with those of the same node alone. */
  toldAt: number;
  /** Size of the file system, null where not told. */
  capacity: number | null;
  mount: Mount;
  /** UIDs of all pods that have it mounted. */
  pods: readonly string[];
}

// A kubelet measures once a minute: figures that seem to be older, or of a time to come, have another clock.
const believableMs = 10 * 60_000;
// Of figures without a time the times of our own asking count, in steps in which a kubelet has surely measured anew.
const untimedStepMs = 90_000;

/** What is measured of a claim now; null while nothing is, or what is measured is the disk of a whole node. */
export function sampleOf(use: ClaimUse | undefined, snapshot: Snapshot): VolumeSample | null {
  if (use?.stats == null || use.shares === 'node' || !isMeasuredNow(use, snapshot)) return null;
  const { stats } = use;
  // Of a file system without any room nothing has been measured.
  if (stats.capacityBytes === 0) return null;
  const figures = { bytes: usedBytes(stats), inodes: usedInodes(stats) };
  if (figures.bytes === null && figures.inodes === null) return null;
  return {
    ...figures,
    ...timesOf(use, snapshot),
    capacity: stats.capacityBytes,
    mount: mountOf(use, snapshot),
    pods: use.pods.map(({ uid }) => uid),
  };
}

/** When a claim was measured, by our own clock and by the kubelet's. */
export function timesOf(use: ClaimUse, snapshot: Snapshot): Pick<VolumeSample, 'at' | 'toldAt'> {
  const toldAt = use.stats?.at ?? untimed(use, snapshot);
  const isBelievable = Math.abs(snapshot.now - toldAt) <= believableMs;
  return { at: isBelievable ? Math.min(toldAt, snapshot.now) : snapshot.now, toldAt };
}

function untimed({ measuredBy }: ClaimUse, { sources, now }: Snapshot): number {
  const asked = sources.get(measuredBy?.source ?? '')?.freshAt ?? now;
  return Math.floor(asked / untimedStepMs) * untimedStepMs;
}

function mountOf({ claim, stats, measuredBy, pods }: ClaimUse, snapshot: Snapshot): Mount {
  const node = measuredBy?.node ?? '';
  const { bootId = '', kubeletVersion = '' } = snapshot.facts('node').get(node) ?? {};
  const pod = pods.find(({ name }) => name === stats?.pod)?.uid ?? '';
  return {
    ...{ volume: claim.volume, claim: claim.uid, node, pod },
    ...{ boot: bootId.slice(0, 64), kubelet: kubeletVersion.slice(0, 64) },
  };
}

function usedBytes({ usedBytes: used, capacityBytes, availableBytes }: VolumeStats): number | null {
  const bytes = used ?? (capacityBytes === null || availableBytes === null ? null : capacityBytes - availableBytes);
  return bytes === null || bytes < 0 ? null : bytes;
}

/** Some file systems (btrfs) count no inodes and tell 0 of all. */
function usedInodes({ inodesUsed, inodes, inodesFree }: VolumeStats): number | null {
  if (inodes === 0) return null;
  const used = inodesUsed ?? (inodes === null || inodesFree === null ? null : inodes - inodesFree);
  // Each has one at least, that of its root.
  return used === null || used < 1 ? null : used;
}

/** True if it is the very mount that was measured before, or one beside it. */
export function sameMount(before: Mount, { mount, pods }: VolumeSample): boolean {
  if (before.volume !== mount.volume || before.claim !== mount.claim) return false;
  if (before.pod !== '' && pods.includes(before.pod)) return before.boot === mount.boot || before.node !== mount.node;
  return before.pod === mount.pod && before.node === mount.node && before.boot === mount.boot;
}
