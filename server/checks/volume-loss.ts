import { isBack, type Fall } from './volume-fall.ts';
import type { Holding } from './volume-holding.ts';
import type { Dated } from './volume-lows.ts';
import type { Mount, VolumeSample } from './volume-sample.ts';

/** The data of a volume are gone. Times epoch ms of our own clock. */
export interface Loss {
  fall: Fall;
  /** What was there when it was last measured, at the latest; and of what. */
  before: Dated & { mount: Mount | null };
  /** What was left when that was first seen. */
  after: Dated & { mount: Mount };
  /** When another sample confirmed it; null until then. */
  confirmedAt: number | null;
  /** It is not shown before it is confirmed: within the last day such a one was taken back. */
  quiet: boolean;
  /** Which node's sample was looked at last, and of when by that kubelet's clock. */
  told: { node: string; at: number };
  /** What is there now. */
  now: Dated & { mount: Mount };
}

/** A loss as it is first seen. */
export function lossOf(fall: Fall, held: Holding, sample: VolumeSample, quiet: boolean): Loss {
  const { at, bytes, inodes, mount } = sample;
  const after = { at, bytes, inodes, mount };
  return {
    ...{ fall, after, now: after, confirmedAt: null, quiet, told: { node: mount.node, at: sample.toldAt } },
    before: { at: Math.min(held.at, at), bytes: held.bytes, inodes: held.inodes, mount: held.mount },
  };
}

/** The loss after another sample; the very same if that is none, null if it takes the loss back before anything has confirmed it. */
export function followLoss(loss: Loss, sample: VolumeSample): Loss | null {
  if (loss.confirmedAt !== null) return withNow(loss, sample);
  if (!isNewer(loss.told, { node: sample.mount.node, at: sample.toldAt })) return loss;
  if (isBack(loss.fall, loss.before, sample)) return null;
  const { at, bytes, inodes, mount, toldAt } = sample;
  return { ...loss, confirmedAt: at, told: { node: mount.node, at: toldAt }, now: { at, bytes, inodes, mount } };
}

// A kubelet's cache never goes back that far: its clock was set.
const setBackMs = 10 * 60_000;

/** Another kubelet has its own clock; the same one tells an old figure again until it has measured anew. */
export function isNewer(before: Loss['told'], { node, at }: Loss['told']): boolean {
  return node !== before.node || at > before.at || at < before.at - setBackMs;
}

// It is told how much is there again, not each byte of it.
const stepMs = 15 * 60_000;

function withNow(loss: Loss, { at, bytes, inodes, mount }: VolumeSample): Loss {
  const { now } = loss;
  const other = isOther(now.bytes, bytes) || isOther(now.inodes, inodes);
  const isDue = other || Math.floor(at / stepMs) !== Math.floor(now.at / stepMs);
  return isDue && (other || now.mount.volume !== mount.volume) ? { ...loss, now: { at, bytes, inodes, mount } } : loss;
}

function isOther(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) > 0.1 * Math.max(now, before);
}

/** True while it is shown: the first sample is enough, but where one was taken back that day. */
export function isShown(loss: Loss | null): loss is Loss {
  return loss !== null && (loss.confirmedAt !== null || !loss.quiet);
}

/** True if another volume is mounted than the one that held the data. */
export function isReplaced({ before, after }: Loss): boolean {
  const { mount } = before;
  return mount !== null && mount.volume !== '' && after.mount.volume !== '' && mount.volume !== after.mount.volume;
}

/** True once about as much is there again as was. */
export function seemsRestored({ before, now, fall }: Loss): boolean {
  const [held, there] = fall === 'bytes' ? [before.bytes, now.bytes] : [before.inodes, now.inodes];
  return held !== null && there !== null && there >= 0.8 * held;
}
