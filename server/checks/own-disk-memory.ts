import type { Snapshot } from '#server/engine/snapshot.ts';
import { claimUses, isMeasuredNow, type ClaimUse } from './claim-use.ts';
import { isNewer } from './volume-loss.ts';
import { timesOf } from './volume-sample.ts';

/** What file system a claim's `local` volume has. Times epoch ms of our own clock; it changes four times an hour at most, or when that does. */
export interface OwnDisk {
  /** `namespace/name`. */
  claim: string;
  /** Name of the PersistentVolume that all this is about. */
  volume: string;
  /** By what it had a file system of its own: its size, since when it is so large, and when that was last seen. Null while none was seen. */
  own: { capacity: number; inodes: number | null; sinceAt: number; seenAt: number } | null;
  /** What one measurement says otherwise; the next confirms it or takes it back. */
  doubt: Seen | null;
  /** What has it now is the node's disk: since when, how large that is, and which node. Null while it has its own. */
  missing: { capacity: number; node: string; at: number } | null;
}

interface Seen {
  /** `node`: as large as the node's disk, to the byte. */
  is: 'own' | 'node';
  capacity: number;
  inodes: number | null;
  at: number;
  /** Whether its size is clearly another than that of the node's disks. */
  far: boolean;
  told: { node: string; at: number };
}

const dayMs = 24 * 60 * 60_000;
const keptMs = 30 * dayMs;
const stepMs = 15 * 60_000;
// File systems of one pool (ZFS) have a size that moves with what is used of it, and two of them are never measured at once.
const wobble = 0.01;

/** Claims of `local` volumes that are measured. */
export function* localClaims(snapshot: Snapshot): Iterable<string> {
  for (const [key, { volume, stats }] of claimUses(snapshot)) {
    if (volume?.made.is === 'local' && stats !== null) yield key;
  }
}

/** What to remember of the file system of a claim (`namespace/name`). Pure; at most 1 kB. */
export function rememberOwnDisk(before: OwnDisk | undefined, key: string, snapshot: Snapshot): OwnDisk {
  const use = claimUses(snapshot).get(key);
  const volume = use?.claim.volume ?? '';
  const isOther = before === undefined || (volume !== '' && volume !== before.volume);
  const memory = isOther ? { claim: key, volume, own: null, doubt: null, missing: null } : before;
  const seen = use === undefined ? null : seenOf(use, snapshot);
  if (seen === null) return memory;
  return seen.is === 'node' ? withNode(memory, seen) : withOwn(memory, seen);
}

/** Null where nothing certain is measured: neither without the size of the node's disk, which a kubelet that starts does not tell yet. */
function seenOf(use: ClaimUse, snapshot: Snapshot): Seen | null {
  const { stats, measuredBy, volume } = use;
  if (stats === null || measuredBy === null || volume?.made.is !== 'local' || !isMeasuredNow(use, snapshot))
    return null;
  const of = snapshot.facts('nodeStats').get(measuredBy.node);
  const capacity = stats.capacityBytes ?? 0;
  const disk = of?.disk?.capacityBytes ?? 0;
  if (capacity <= 0 || disk <= 0) return null;
  const disks = [disk, of?.imageDisk?.capacityBytes ?? disk];
  const { at, toldAt } = timesOf(use, snapshot);
  return {
    is: disks.includes(capacity) ? 'node' : 'own',
    ...{ capacity, inodes: stats.inodes, at, told: { node: measuredBy.node, at: toldAt } },
    far: disks.every((each) => isFar(capacity, each)),
  };
}

function isFar(a: number, b: number): boolean {
  return Math.abs(a - b) > wobble * Math.max(a, b);
}

function withNode(memory: OwnDisk, seen: Seen): OwnDisk {
  const { own, doubt, missing } = memory;
  if (own === null || missing !== null || !isAnother(own, seen))
    return doubt === null ? memory : { ...memory, doubt: null };
  if (doubt?.is !== 'node') return { ...memory, doubt: seen };
  if (!isNewer(doubt.told, seen.told)) return memory;
  const { capacity, told } = seen;
  return { ...memory, doubt: null, missing: { capacity, node: told.node, at: Math.min(doubt.at, seen.at) } };
}

/** A disk of its own that has become the node's has the size that it had. What was so large for a whole day does not wobble. */
function isAnother({ capacity, sinceAt, seenAt }: NonNullable<OwnDisk['own']>, seen: Seen): boolean {
  return isFar(capacity, seen.capacity) || (seenAt - sinceAt >= dayMs && capacity !== seen.capacity);
}

function withOwn(memory: OwnDisk, seen: Seen): OwnDisk {
  const { own, doubt, missing } = memory;
  const { capacity, inodes, at } = seen;
  if (own !== null && !isFar(own.capacity, capacity)) {
    if (isSameStep(own.seenAt, at) && doubt === null && missing === null) return memory;
    const sinceAt = own.capacity === capacity ? Math.min(own.sinceAt, at) : at;
    return { ...memory, own: { capacity, inodes, sinceAt, seenAt: at }, doubt: null, missing: null };
  }
  if (doubt?.is !== 'own') return { ...memory, doubt: seen };
  // One whose size moves all the time is looked at anew only so often: what is remembered is written to a card.
  if (doubt.capacity !== capacity) return isSameStep(doubt.at, at) ? memory : { ...memory, doubt: seen };
  const isSure = isNewer(doubt.told, seen.told) && (seen.far || at - doubt.at >= dayMs);
  if (!isSure) return memory;
  return {
    ...memory,
    own: { capacity, inodes, sinceAt: Math.min(doubt.at, at), seenAt: at },
    doubt: null,
    missing: null,
  };
}

function isSameStep(a: number, b: number): boolean {
  return Math.floor(a / stepMs) === Math.floor(b / stepMs);
}

/** Whether what is remembered of a claim that is not measured is kept: while it is there, and for 30 days. */
export function keepsOwnDisk({ claim, own }: OwnDisk, snapshot: Snapshot): boolean {
  if (own === null) return false;
  return snapshot.facts('persistentVolumeClaim').has(claim) || snapshot.now - own.seenAt < keptMs;
}
