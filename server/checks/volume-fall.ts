import type { Figures } from './volume-sample.ts';

/** What has fallen; `small`: of a volume with little in it, all. */
export type Fall = 'bytes' | 'inodes' | 'small';

/** What was there before, and since when it has held more than a little without a break; null where it has not. */
export interface Held extends Figures {
  at: number;
  bytesSince: number | null;
  inodesSince: number | null;
}

const left = 0.2;
const leastBytes = 50_000_000;
const leastInodes = 500;

/** What counts as something, in bytes and in inodes, where less than that would have to fall by the rule above. */
export const something = { bytes: 4_000_000, inodes: 20 };
// A day, but for the quarter of an hour in which what is held is not written down anew.
const heldMs = 24 * 60 * 60_000 - 30 * 60_000;

/** What of a volume has fallen so far since it was measured last that its data may be lost; null if nothing has. */
export function fallOf(before: Held, now: Figures, capacity: number | null): Fall | null {
  if (fellFar(before.bytes, now.bytes, leastBytes)) return 'bytes';
  if (fellFar(before.inodes, now.inodes, leastInodes)) return 'inodes';
  return fellToNothing(before, now, capacity) ? 'small' : null;
}

function fellFar(before: number | null, now: number | null, least: number): boolean {
  return before !== null && now !== null && now <= before * left && before - now > least;
}

/**
 * A small volume that held something for a day and is left with what a fresh file system holds. Its inodes tell that: a fresh ext4
 * has 11, xfs 3, tmpfs 1, whatever its size, while the bytes that an empty one "uses" grow with it.
 */
function fellToNothing(before: Held, now: Figures, capacity: number | null): boolean {
  const heldBytes = isHeld(before.bytesSince, before.at);
  const heldInodes = isHeld(before.inodesSince, before.at);
  if (!heldBytes && !heldInodes) return false;
  if (now.inodes === null || before.inodes === null) {
    return heldBytes && now.bytes !== null && now.bytes < freshBytes && (before.bytes ?? 0) >= something.bytes;
  }
  if (now.inodes >= freshInodes || now.inodes > before.inodes) return false;
  const fell = before.bytes === null || now.bytes === null ? null : before.bytes - now.bytes;
  if (heldInodes && before.inodes >= something.inodes) return (fell === null || fell > 0) && mayBeFresh(now, capacity);
  if (!heldBytes || now.bytes === null || before.bytes === null || before.bytes < something.bytes) return false;
  return now.bytes < freshBytes || (isBare(before, now) && (fell ?? 0) >= something.bytes && mayBeFresh(now, capacity));
}

/** Of a few large files none is left, though what an empty file system uses is more than a little. */
function isBare(before: Figures, { bytes, inodes }: Figures): boolean {
  if (inodes === null || before.inodes === null || inodes >= before.inodes) return false;
  // On xfs and tmpfs so many inodes may be some files as well.
  return inodes <= ofXfs || (inodes <= ofExt4 && (bytes ?? 0) <= (before.bytes ?? 0) / 2);
}

function isHeld(since: number | null, at: number): boolean {
  return since !== null && at - since >= heldMs;
}

const freshBytes = 1_000_000;
const freshInodes = 15;
// Journal, bitmaps and what is reserved: an empty ext4 of 10 GB "uses" 24 kB to 40 MB, an xfs up to 1.4 % of its size.
const freshShare = 0.015;
const freshMost = 50_000_000;

function mayBeFresh({ bytes }: Figures, capacity: number | null): boolean {
  return bytes === null || bytes <= Math.max(freshMost, freshShare * (capacity ?? 0));
}

/** Not one file is left, as far as figures tell: a directory that is never filled looks like that, and so does a lost volume. */
export function isBlank(now: Figures, before: Figures): boolean {
  if (now.inodes === null) return now.bytes !== null && now.bytes < freshBytes;
  if (before.inodes !== null && now.inodes >= before.inodes) return false;
  // Of 12 to 14 some may be files, as long as there were hardly more.
  return isOfFresh(now.inodes) || (now.inodes < freshInodes && (before.inodes ?? 0) >= something.inodes);
}

/** True for what has never been filled, as far as figures tell. */
export function isUnfilled({ bytes, inodes }: Figures): boolean {
  return inodes === null ? bytes !== null && bytes < freshBytes : isOfFresh(inodes);
}

function isOfFresh(inodes: number): boolean {
  return inodes <= ofXfs || inodes === ofExt4 || inodes === ofExt4 - 1;
}

/** Its root, `lost+found` (which some leave out), and those that are set apart. */
const ofExt4 = 11;
const ofXfs = 3;

/** True if `now` holds about as much as `low` did: as little has been enough before. */
export function isAsMuch(now: Figures, low: Figures, before: Figures): boolean {
  if (now.bytes !== null && low.bytes !== null && now.bytes < low.bytes * nearly - slackBytes) return false;
  return hasItsFiles(now, low, before);
}

/** True if `now` is no loss beside what `low` held. */
export function isNoFall(now: Figures, low: Figures, before: Figures): boolean {
  return !fellFar(low.bytes, now.bytes, leastBytes) && hasItsFiles(now, low, before);
}

function hasItsFiles(now: Figures, low: Figures, before: Figures): boolean {
  if (now.inodes === null || low.inodes === null) return !isBlank(now, before);
  if (now.inodes >= low.inodes) return true;
  // Of many files the number that is left differs more.
  const share = low.inodes < 100 ? 0.8 : nearly;
  return now.inodes >= low.inodes * share - 2 && !isBlank(now, before);
}

// How much a log holds a minute after it was rotated depends on the minute.
const nearly = 0.6;
const slackBytes = 5_000_000;

/** True once what had fallen is there again: more than half of it. */
export function isBack(fall: Fall, before: Figures, now: Figures): boolean {
  const bytes = part(before.bytes, now.bytes);
  const inodes = part(before.inodes, now.inodes);
  if (fall === 'bytes') return bytes > half;
  if (fall === 'inodes') return inodes > half;
  return inodes > half || (inodes < 0 && bytes > half) || (bytes > half && (now.inodes ?? 0) >= freshInodes);
}

const half = 0.5;

function part(before: number | null, now: number | null): number {
  return before === null || now === null || before <= 0 ? -1 : now / before;
}
