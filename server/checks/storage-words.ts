import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { ClaimUse } from './claim-use.ts';
import { shorten } from './shorten.ts';
import { workloadSubject } from './workload-subject.ts';

/** Where a claim's data are kept, in words: `longhorn`, `NFS nas:/media`, `shares the disk of nuc0`. Null if that is not known. */
export function storageKind(use: ClaimUse): string | null {
  if (use.shares === 'node') return sharedDisk(use);
  const { volume, claim } = use;
  if (volume !== null && volume.made.is === 'nfs') {
    return shorten(`NFS ${volume.made.server}:${volume.made.path}`, 80);
  }
  const name = volume?.storageClass || claim.storageClass || (volume === null ? '' : driverName(volume));
  if (name === '') return null;
  return use.shares === 'server' ? shorten(`${name} (a server's disk)`, 80) : shorten(name, 80);
}

/** "shares the disk of nuc0": what it has is the node's, and no percentage of its own. */
export function sharedDisk(use: ClaimUse): string {
  const [node, ...others] = claimNodes(use);
  return node === undefined || others.length > 0 ? "shares a node's disk" : `shares the disk of ${shorten(node, 60)}`;
}

/** What a volume is made of where no class names it: its driver, `local`. */
function driverName({ made }: PersistentVolumeFact): string {
  return made.driver || { csi: 'CSI', local: 'local', host: 'host path', nfs: 'NFS', other: '' }[made.is];
}

/** The nodes that a claim is used on, else those to which its volume is bound, by name. */
export function claimNodes({ pods, volume }: ClaimUse): string[] {
  const used = new Set(pods.flatMap(({ node }) => node ?? []));
  return [...(used.size > 0 ? used : new Set(volume?.nodes))].sort();
}

/** The workloads that mount a claim, by name, each once. */
export function claimUsers({ pods }: ClaimUse, snapshot: Snapshot): string[] {
  const replicaSets = snapshot.facts('replicaSet');
  return [...new Set(pods.map((pod) => workloadSubject(pod, replicaSets).name))].sort();
}

/** Names in one cell: "nuc0, nuc1 and 3 more"; null if there are none. */
export function namesCell(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, 2).map((name) => shorten(name, 40));
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

/** The first pod of a claim that runs; undefined if none does. */
export function runningPod({ pods }: ClaimUse): PodFact | undefined {
  return pods.find(({ phase, deletingAt }) => phase === 'Running' && deletingAt === null);
}
