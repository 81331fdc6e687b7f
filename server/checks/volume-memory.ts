import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Meaning } from '#shared/finding.ts';
import { claimUses, type ClaimUse } from './claim-use.ts';
import { lastSampleOf } from './last-sample.ts';
import { fallOf, isBlank } from './volume-fall.ts';
import { follow, holding, type Holding } from './volume-holding.ts';
import { followLoss, isShown, lossOf, type Loss } from './volume-loss.ts';
import { followLows, hasFallenSoLow, heldSoLittle, noLows, withTrough, type Dated, type Lows } from './volume-lows.ts';
import { sameMount, type VolumeSample } from './volume-sample.ts';

/** Raise it when the shape of `VolumeMemory` changes. */
export const volumeMemoryVersion = 1;

/**
 * What is remembered of a claim's data, kept on disk by the check `storage/volume-emptied`. Times epoch ms of our own clock. It
 * changes four times an hour, or when something of weight does: what changes is written to a card.
 */
export interface VolumeMemory {
  /** `namespace/name` of the claim. */
  claim: string;
  /** Since when it is watched: the first time, or since somebody acknowledged. */
  sinceAt: number;
  held: Holding;
  lows: Lows;
  /** Its data were lost: the finding, until somebody acknowledges it or the next sample takes it back. */
  loss: Loss | null;
  /** When the next sample last took a loss back. */
  takenBackAt: number | null;
  /** What was acknowledged last: to what it had fallen, and what was meant. */
  settled: (Dated & { meaning: Meaning }) | null;
}

/** Under this check what is remembered of volumes is found (`memoryOf`). */
export const volumeMemoryCheck = 'storage/volume-emptied';

/** The loss of a claim (`namespace/name`) that is shown now, by what that check remembers; null if there is none. */
export function lossOfClaim(memories: ReadonlyMap<string, unknown>, claim: string): Loss | null {
  const loss = (memories.get(claim) as VolumeMemory | undefined)?.loss ?? null;
  return isShown(loss) ? loss : null;
}

const dayMs = 24 * 60 * 60_000;
// So long a claim that is gone is remembered: it may be made anew with an empty volume.
const keptMs = 30 * dayMs;

/** Claims that something can be remembered of now. */
export function* measuredClaims(snapshot: Snapshot): Iterable<string> {
  for (const [key, use] of claimUses(snapshot)) if (isMeasured(use) || use.claim.wish.expectShrink) yield key;
}

function isMeasured({ stats, shares }: ClaimUse): boolean {
  return stats !== null && shares !== 'node';
}

/** What to remember of a claim's data now. Pure; at most 2 kB a claim. */
export function rememberVolume(before: VolumeMemory | undefined, key: string, snapshot: Snapshot): VolumeMemory {
  const use = claimUses(snapshot).get(key);
  const sample = lastSampleOf(use, snapshot);
  // Nothing was measured since it was looked at last.
  if (before !== undefined && sample !== null && taken.get(before) === sample) return before;
  const after = followVolume(before, key, use, sample, snapshot.now);
  if (sample !== null && after === before) taken.set(after, sample);
  return after;
}

/** The last sample that changed nothing of a memory: by the very same it is not changed either. */
const taken = new WeakMap<VolumeMemory, VolumeSample>();

function followVolume(
  before: VolumeMemory | undefined,
  key: string,
  use: ClaimUse | undefined,
  sample: VolumeSample | null,
  now: number,
): VolumeMemory {
  const memory = before ?? nothingKnown(key, now);
  const expected = use?.claim.wish.expectShrink === true;
  if (expected && memory.loss !== null) return { ...nothingKnown(key, now), held: holding(memory.loss.now) };
  if (sample === null) return memory;
  if (memory.loss !== null) return withLoss(memory, memory.loss, sample);
  const { held } = memory;
  const fall = expected ? null : fallOf(held, sample, sample.capacity);
  if (fall === null) return kept(memory, sample, false);
  if (isHowItLives(memory, sample)) return kept(memory, sample, true);
  const quiet = memory.takenBackAt !== null && isWithinDay(sample.at, memory.takenBackAt);
  return { ...memory, loss: lossOf(fall, held, sample, quiet) };
}

function nothingKnown(claim: string, now: number): VolumeMemory {
  const held = { at: now, bytes: null, inodes: null, bytesSince: null, inodesSince: null, mount: null };
  return {
    claim,
    sinceAt: now,
    held: { ...held, bytesAt: now, inodesAt: now },
    lows: noLows,
    loss: null,
    takenBackAt: null,
    settled: null,
  };
}

/** After a sample that is no loss. `fell`: so much less is there that what was held before is no measure any more. */
function kept(memory: VolumeMemory, sample: VolumeSample, fell: boolean): VolumeMemory {
  const lows = followLows(memory.lows, memory.held, sample);
  const held = fell ? follow({ ...memory.held, bytes: null, inodes: null }, sample) : follow(memory.held, sample);
  // Our own clock may have been ahead.
  const sinceAt = Math.min(memory.sinceAt, sample.at);
  if (lows === memory.lows && held === memory.held && sinceAt === memory.sinceAt) return memory;
  return { ...memory, lows, held, sinceAt };
}

/**
 * A log that is rotated, a dump that is deleted, a cache that is cleared: it has held as little before. What was blank before is no
 * excuse, nor is yesterday where something else was mounted since: data are lost with a mount.
 */
function isHowItLives({ lows, held, settled }: VolumeMemory, sample: VolumeSample): boolean {
  const same = held.mount !== null && sameMount(held.mount, sample);
  if (hasFallenSoLow(lows, sample, held)) return true;
  if (same && heldSoLittle(lows, sample, held)) return true;
  if (settled === null || settled.meaning === 'restored' || !isWithinDay(sample.at, settled.at)) return false;
  return (settled.meaning === 'mine' || same) && isNotMuchWorse(sample, settled);
}

function isNotMuchWorse(now: VolumeSample, settled: Dated): boolean {
  const { bytes, inodes } = settled;
  if (now.bytes !== null && bytes !== null && now.bytes < bytes * 0.5 - 5_000_000) return false;
  return now.inodes === null || inodes === null || now.inodes >= inodes * 0.8 - 2;
}

function isWithinDay(now: number, at: number): boolean {
  return now >= at && now - at < dayMs;
}

function withLoss(memory: VolumeMemory, loss: Loss, sample: VolumeSample): VolumeMemory {
  const after = followLoss(loss, sample);
  if (after === loss) return memory;
  if (after !== null) return { ...memory, loss: after };
  return { ...memory, loss: null, takenBackAt: sample.at, held: follow(memory.held, sample) };
}

/** What to remember once somebody has acknowledged the loss: it begins anew with what is there now. */
export function acknowledgeVolume(before: VolumeMemory, meaning: Meaning, at: number): VolumeMemory {
  const { loss } = before;
  if (loss === null) return before;
  const low: Dated = { at, bytes: loss.after.bytes, inodes: loss.after.inodes };
  const isWay = meaning === 'mine' && !isBlank(low, loss.before);
  // What its own program did while it ran, it may do again: it is how it lives once it has come back by itself.
  const mayBeWay = meaning === 'seen' && !isBlank(low, loss.before) && isSameMount(loss);
  const { bytes, inodes } = loss.before;
  return {
    ...{ claim: before.claim, sinceAt: at, held: holding({ ...loss.now, at }), loss: null, takenBackAt: null },
    lows: {
      lately: [],
      troughs: isWay ? withTrough(before.lows.troughs, low) : before.lows.troughs,
      fallen: mayBeWay ? { from: { bytes, inodes }, low } : null,
    },
    settled: { ...low, meaning },
  };
}

function isSameMount({ before: { mount }, after }: Loss): boolean {
  const { volume, pod, boot } = after.mount;
  return mount !== null && pod !== '' && mount.pod === pod && mount.volume === volume && mount.boot === boot;
}

/** Whether what is remembered of a claim that is not measured is kept: while it is there, for 30 days, and as long as its data are lost. */
export function keepsVolume({ claim, loss, held }: VolumeMemory, snapshot: Snapshot): boolean {
  return loss !== null || snapshot.facts('persistentVolumeClaim').has(claim) || snapshot.now - held.at < keptMs;
}
