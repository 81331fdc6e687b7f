import type { Snapshot } from '#server/engine/snapshot.ts';
import type { DiskStats, NodeStatsFact, VolumeStats } from '#server/facts/node-stats.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Subject } from '#shared/finding.ts';
import { perFacts } from './per-snapshot.ts';

/** A claim with what is known of its data. */
export interface ClaimUse {
  claim: PersistentVolumeClaimFact;
  /** Null if it has none, or it cannot be seen. */
  volume: PersistentVolumeFact | null;
  /**
   * What was last measured of it (the newest `at` of all pods that mount it), fresh or not; null if nothing was: not mounted,
   * no figures (a hostPath shares the node's disk), or not asked yet.
   */
  stats: VolumeStats | null;
  /** The source of `stats` (`kubelet/nuc0`), and its node. */
  measuredBy: { source: string; node: string } | null;
  /** Pods that mount it, finished ones left out. */
  pods: readonly PodFact[];
  /** Why no percentage of its own may be shown: its figures would be those of the node's disk (`host`, `local`), or of a server (`nfs`). Null if it has its own. */
  shares: 'node' | 'server' | null;
}

const kinds = ['persistentVolumeClaim', 'persistentVolume', 'nodeStats', 'pod'] as const;

/** All claims by key, with their use. */
export const claimUses: (snapshot: Snapshot) => ReadonlyMap<string, ClaimUse> = perFacts(kinds, (snapshot) => {
  const volumes = snapshot.facts('persistentVolume');
  const mounted = podsByClaim(snapshot);
  const measured = measuredByClaim(snapshot);
  const uses = new Map<string, ClaimUse>();
  for (const [key, claim] of snapshot.facts('persistentVolumeClaim')) {
    const volume = volumes.get(claim.volume) ?? null;
    const newest = measured.get(key);
    const use = {
      ...{ claim, volume, stats: newest?.stats ?? null },
      measuredBy: newest === undefined ? null : { source: newest.by.source, node: newest.by.node },
      pods: mounted.get(key) ?? nobody,
      shares: sharesOf(volume, newest),
    };
    uses.set(key, asBefore(use));
  }
  return uses;
});

/** The last use of each claim: one kubelet answers at a time, and what is worked out of a use is kept with it. */
const lastUses = new WeakMap<PersistentVolumeClaimFact, ClaimUse>();

/** The very same object as before where nothing of it has changed. */
function asBefore(use: ClaimUse): ClaimUse {
  const before = lastUses.get(use.claim);
  if (before !== undefined && isSameUse(before, use)) return before;
  lastUses.set(use.claim, use);
  return use;
}

function isSameUse(a: ClaimUse, b: ClaimUse): boolean {
  if (a.volume !== b.volume || a.shares !== b.shares) return false;
  if (a.measuredBy?.source !== b.measuredBy?.source || a.measuredBy?.node !== b.measuredBy?.node) return false;
  if (a.pods.length !== b.pods.length || a.pods.some((pod, i) => pod !== b.pods[i])) return false;
  return a.stats === b.stats || (a.stats !== null && b.stats !== null && isSameStats(a.stats, b.stats));
}

/** A kubelet measures once a minute, and is asked oftener. */
function isSameStats(a: VolumeStats, b: VolumeStats): boolean {
  if (a.at !== b.at || a.pod !== b.pod) return false;
  if (a.usedBytes !== b.usedBytes || a.availableBytes !== b.availableBytes) return false;
  if (a.capacityBytes !== b.capacityBytes || a.inodes !== b.inodes) return false;
  return a.inodesFree === b.inodesFree && a.inodesUsed === b.inodesUsed;
}

const nobody: readonly PodFact[] = [];

const podsByClaim: (snapshot: Snapshot) => ReadonlyMap<string, readonly PodFact[]> = perFacts(['pod'], (snapshot) => {
  const found = new Map<string, PodFact[]>();
  for (const pod of snapshot.facts('pod').values()) {
    if (pod.claims.length === 0 || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
    for (const claim of pod.claims) {
      const key = `${pod.namespace}/${claim}`;
      const pods = found.get(key);
      if (pods === undefined) found.set(key, [pod]);
      else if (!pods.includes(pod)) pods.push(pod);
    }
  }
  return found;
});

interface Measured {
  stats: VolumeStats;
  by: NodeStatsFact;
  /** By the node on which the API has that pod: a kubelet that is silent, or whose clock is ahead, tells of pods that have moved. */
  here: boolean;
}

function measuredByClaim(snapshot: Snapshot): ReadonlyMap<string, Measured> {
  const pods = snapshot.facts('pod');
  const found = new Map<string, Measured>();
  for (const by of snapshot.facts('nodeStats').values()) {
    for (const stats of by.volumes) {
      if (!tellsAnything(stats)) continue;
      const key = `${stats.namespace}/${stats.claim}`;
      const here = pods.get(`${stats.namespace}/${stats.pod}`)?.node === by.node;
      const before = found.get(key);
      if (before === undefined || isNewer({ stats, by, here }, before)) found.set(key, { stats, by, here });
    }
  }
  return found;
}

function isNewer(a: Measured, b: Measured): boolean {
  if (a.here !== b.here) return a.here;
  return (a.stats.at ?? -Infinity) > (b.stats.at ?? -Infinity);
}

function tellsAnything({ usedBytes, availableBytes, inodesUsed, inodesFree }: VolumeStats): boolean {
  return (usedBytes ?? availableBytes ?? inodesUsed ?? inodesFree) !== null;
}

/** Drivers whose figures are those of the file system of a server, as with `nfs`. */
const ofServers: ReadonlySet<string> = new Set(['nfs.csi.k8s.io', 'smb.csi.k8s.io']);

function sharesOf(volume: PersistentVolumeFact | null, measured: Measured | undefined): ClaimUse['shares'] {
  const made = volume?.made;
  if (made?.is === 'nfs' || (made?.is === 'csi' && ofServers.has(made.driver))) return 'server';
  if (made?.is === 'host') return 'node';
  // A directory of the node's disk may stand behind any driver; one of its own has other figures.
  if (measured === undefined) return null;
  const { stats, by } = measured;
  return isOf(stats, by.disk) || isOf(stats, by.imageDisk) ? 'node' : null;
}

function isOf({ capacityBytes, inodes }: VolumeStats, disk: DiskStats | null): boolean {
  return disk !== null && capacityBytes !== null && capacityBytes === disk.capacityBytes && inodes === disk.inodes;
}

/** True for what a kubelet measured that answers now. */
export function isMeasuredNow({ measuredBy }: ClaimUse, snapshot: Snapshot): boolean {
  return measuredBy !== null && snapshot.sources.get(measuredBy.source)?.fresh === true;
}

/** `PersistentVolumeClaim/namespace/name`. */
export function claimSubject({ namespace, name }: Pick<PersistentVolumeClaimFact, 'namespace' | 'name'>): Subject {
  return { kind: 'PersistentVolumeClaim', namespace, name };
}

/** The same by its key. */
export function claimSubjectOf(key: string): Subject {
  const slash = key.indexOf('/');
  return { kind: 'PersistentVolumeClaim', namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
