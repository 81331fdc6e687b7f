import { isAsMuch, isBlank, isNoFall, isUnfilled } from './volume-fall.ts';
import type { Figures } from './volume-sample.ts';

/** Figures of a moment, epoch ms of our clock. */
export interface Dated extends Figures {
  at: number;
}

/** How a volume lives: how little was in it lately, and how low it fell and came back by itself. */
export interface Lows {
  /** The least of each six hours, of the last day; oldest first, at most 5. */
  lately: readonly Dated[];
  /** To where it fell by more than half and rose again, at most 8 of the last 30 days. */
  troughs: readonly Dated[];
  /** It has fallen by more than half and not risen yet: how low it has come. */
  fallen: { from: Figures; low: Dated } | null;
}

export const noLows: Lows = { lately: [], troughs: [], fallen: null };

const dayMs = 24 * 60 * 60_000;
const stepMs = 6 * 60 * 60_000;
const mostLately = 5;
const troughMs = 30 * dayMs;
const mostTroughs = 8;
// Less is written down as the same: what changes is written to disk.
const noise = 0.95;

/** The lows after another sample that is no loss; `before` is what was held before it. The same object where nothing of them changes. */
export function followLows(lows: Lows, before: Figures, now: Dated): Lows {
  const lately = followLately(lows.lately, before, now);
  const { fallen, trough } = followFallen(lows.fallen, before, now);
  const troughs = trough === null ? lows.troughs : withTrough(lows.troughs, trough);
  const same = lately === lows.lately && fallen === lows.fallen && troughs === lows.troughs;
  return same ? lows : { lately, troughs, fallen };
}

function followLately(lately: readonly Dated[], before: Figures, { at, bytes, inodes }: Dated): readonly Dated[] {
  // That nothing at all was in it once says nothing about what may be gone now.
  if (isUnfilled({ bytes, inodes }) || isBlank({ bytes, inodes }, before)) return lately;
  const step = Math.floor(at / stepMs) * stepMs;
  const last = lately.at(-1);
  if (last === undefined || last.at !== step) {
    return [...lately.filter((each) => each.at < step), { at: step, bytes, inodes }].slice(-mostLately);
  }
  if (!isLower(bytes, last.bytes) && !isLower(inodes, last.inodes)) return lately;
  const least = { at: step, bytes: least2(bytes, last.bytes), inodes: least2(inodes, last.inodes) };
  return [...lately.slice(0, -1), least];
}

function isLower(now: number | null, low: number | null): boolean {
  return now !== null && (low === null || now < low * noise);
}

function least2(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

type Fallen = Lows['fallen'];

function followFallen(fallen: Fallen, before: Figures, now: Dated): { fallen: Fallen; trough: Dated | null } {
  if (fallen === null) {
    const fell = halved(before.bytes, now.bytes, 10_000_000) || halved(before.inodes, now.inodes, 100);
    const from = { bytes: before.bytes, inodes: before.inodes };
    return { fallen: fell && !isBlank(now, before) ? { from, low: dated(now) } : null, trough: null };
  }
  const { from, low } = fallen;
  if (isBlank(now, from)) return { fallen: null, trough: null };
  if (isLower(now.bytes, low.bytes) || isLower(now.inodes, low.inodes)) {
    const least = { at: now.at, bytes: least2(now.bytes, low.bytes), inodes: least2(now.inodes, low.inodes) };
    return { fallen: { from, low: least }, trough: null };
  }
  const rose = doubledFrom(low.bytes, now.bytes, 10_000_000) || doubledFrom(low.inodes, now.inodes, 100);
  return rose ? { fallen: null, trough: low } : { fallen, trough: null };
}

function dated({ at, bytes, inodes }: Dated): Dated {
  return { at, bytes, inodes };
}

function halved(before: number | null, now: number | null, least: number): boolean {
  return before !== null && now !== null && now <= before / 2 && before - now >= least;
}

function doubledFrom(low: number | null, now: number | null, least: number): boolean {
  return low !== null && now !== null && now >= low * 1.5 && now - low >= least;
}

/** With one more; one with those about as low, as low as the lowest of them: how low it falls differs from time to time. */
export function withTrough(troughs: readonly Dated[], trough: Dated): readonly Dated[] {
  let lowest = dated(trough);
  const others: Dated[] = [];
  for (const each of troughs) {
    if (Math.abs(trough.at - each.at) > troughMs) continue;
    if (!alike(each.bytes, trough.bytes) || !alike(each.inodes, trough.inodes)) others.push(each);
    else lowest = { ...lowest, bytes: least2(lowest.bytes, each.bytes), inodes: least2(lowest.inodes, each.inodes) };
  }
  return [...others, lowest].slice(-mostTroughs);
}

function alike(a: number | null, b: number | null): boolean {
  return a === b || (a !== null && b !== null && a >= b * 0.8 && a <= b * 1.2);
}

/** It fell as low as this within the last 30 days and came back by itself: that is how this volume lives. */
export function hasFallenSoLow({ troughs }: Lows, now: Dated, before: Figures): boolean {
  return troughs.some((low) => Math.abs(now.at - low.at) <= troughMs && isAsMuch(now, low, before));
}

/** What it held as the least within the last day has not fallen so far: what is gone had been there for less than that. */
export function heldSoLittle({ lately }: Lows, now: Dated, before: Figures): boolean {
  return lately.some((low) => now.at - low.at >= 0 && now.at - low.at <= dayMs + stepMs && isNoFall(now, low, before));
}
