import type { Snapshot } from '#server/engine/snapshot.ts';
import { claimUses, type ClaimUse } from './claim-use.ts';
import { lastSampleOf } from './last-sample.ts';
import { perInputs } from './per-inputs.ts';
import type { VolumeSample } from './volume-sample.ts';

/** How much was in a volume, each half of a day. Times epoch ms. */
export interface VolumeCourse {
  /** What was measured first in each half of a day since it last fell or rose at once, oldest first, at most 15. Bytes. */
  points: readonly { at: number; bytes: number }[];
  /** What was measured last: the same while it is about that. */
  last: number | null;
  /** By which kubelet's source. */
  source: string;
}

const stepMs = 12 * 60 * 60_000;
const most = 15;
// So much at once is no slow change: a vacuum, a deletion, a restore.
const atOnce = 0.25;
const noise = 0.02;

/** What to remember of the course of a claim's data. Pure; at most 800 bytes. */
export function rememberCourse(before: VolumeCourse | undefined, key: string, snapshot: Snapshot): VolumeCourse {
  const use = claimUses(snapshot).get(key);
  const sample = lastSampleOf(use, snapshot);
  // Nothing was measured since it was looked at last.
  if (before !== undefined && sample !== null && taken.get(before) === sample) return before;
  const after = followCourse(before, use, sample);
  if (sample !== null && after === before) taken.set(after, sample);
  return after;
}

/** The last sample that changed nothing of a course: by the very same it is not changed either. */
const taken = new WeakMap<VolumeCourse, VolumeSample>();

function followCourse(
  before: VolumeCourse | undefined,
  use: ClaimUse | undefined,
  sample: VolumeSample | null,
): VolumeCourse {
  const known = before ?? { points: [], last: null, source: '' };
  const source = use?.measuredBy?.source ?? known.source;
  if (sample?.bytes == null) return known.source === source ? known : { ...known, source };
  const { at, bytes } = sample;
  const fellAtOnce = known.last !== null && bytes < known.last * (1 - atOnce);
  if (fellAtOnce) return { points: [{ at, bytes }], last: bytes, source };
  const newest = known.points.at(-1);
  const isDue = newest === undefined || Math.floor(at / stepMs) !== Math.floor(newest.at / stepMs);
  const points = isDue ? [...known.points.filter((each) => each.at < at), { at, bytes }].slice(-most) : known.points;
  const isOther = known.last === null || Math.abs(bytes - known.last) > noise * known.last;
  if (!isDue && !isOther && source === known.source) return known;
  return { points, last: isOther ? bytes : known.last, source };
}

/** That more than half went within a week, bit by bit. */
export interface Shrinking {
  from: { at: number; bytes: number };
  bytes: number;
}

const dayMs = 24 * 60 * 60_000;
const leastBytes = 50_000_000;

/** Hardly any has, whenever that was. */
const hasFallen = perInputs(({ points, last }: VolumeCourse) => points.some((point) => isMuchLess(point, last ?? 0)));

function isMuchLess({ bytes }: { bytes: number }, last: number): boolean {
  return bytes > 2 * last && bytes - last > leastBytes;
}

/** Null if it has not: it must have been more than twice as much between a day and a week ago, and have become less ever since. */
export function shrinkingOf(course: VolumeCourse, now: number): Shrinking | null {
  const { points, last } = course;
  if (last === null || !hasFallen(course)) return null;
  const week = points.filter(({ at }) => now - at <= 7 * dayMs + stepMs && at <= now);
  const fallen = week.findLastIndex((point) => now - point.at >= dayMs && isMuchLess(point, last));
  const isLess = (i: number) => (week[i]?.bytes ?? Infinity) <= (week[i - 1]?.bytes ?? 0) * 1.05;
  const never = week.every((_, i) => i <= fallen || isLess(i));
  if (fallen < 0 || !never || week.length - fallen < 3) return null;
  let first = fallen;
  while (first > 0 && isLess(first)) first -= 1;
  const from = week[first];
  return from === undefined ? null : { from, bytes: last };
}
