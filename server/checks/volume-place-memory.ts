import type { Snapshot } from '#server/engine/snapshot.ts';

/** Which volume a claim has, as it is remembered. Times epoch ms, in steps of an hour where they tell when it was last seen. */
export interface VolumePlace {
  volume: string;
  /** UID of the claim. */
  uid: string;
  seenAt: number;
  /** What it had before, and when that was seen to be otherwise; null if that was not seen, or has been acknowledged. */
  before: { volume: string; uid: string; seenAt: number } | null;
  changedAt: number | null;
}

const hourMs = 60 * 60_000;
/** So long a claim that is gone is remembered. */
const keptMs = 7 * 24 * hourMs;

/** What to remember of the volume of a claim (`namespace/name`). Pure; at most 500 bytes. */
export function rememberPlace(before: VolumePlace | undefined, key: string, snapshot: Snapshot): VolumePlace {
  const { now } = snapshot;
  const claim = snapshot.facts('persistentVolumeClaim').get(key);
  const here = { volume: claim?.volume ?? '', uid: claim?.uid ?? '', seenAt: now };
  if (before === undefined) return { ...here, before: null, changedAt: null };
  // One that waits for its volume has none yet.
  if (claim === undefined || here.volume === '') return before;
  if (before.volume === '') return { ...here, before: null, changedAt: null };
  if (before.volume === here.volume && before.uid === here.uid) {
    const isSeen = Math.floor(now / hourMs) === Math.floor(before.seenAt / hourMs);
    return isSeen ? before : { ...before, seenAt: now };
  }
  const { volume, uid, seenAt } = before;
  if (now - seenAt > keptMs) return { ...here, before: null, changedAt: null };
  return { ...here, before: { volume, uid, seenAt: Math.min(seenAt, now) }, changedAt: now };
}

/** True for what is remembered of a claim that is gone. */
export function keepsPlace({ seenAt }: VolumePlace, { now }: Snapshot): boolean {
  return now - seenAt < keptMs;
}
