import type { HistoryPoint } from '#shared/history.ts';
import type { Mark } from './moment-marks.ts';

/** Big steps where there are no moments to go to: a tenth of the chart. */
const bigParts = 10;

/** The point nearest to a time, null if there are none. */
export function nearestPoint(points: readonly HistoryPoint[], at: number): number | null {
  const [first, second] = points;
  if (first === undefined) return null;
  const step = second === undefined ? 1 : second[0] - first[0];
  return Math.min(points.length - 1, Math.max(0, Math.round((at - first[0]) / step)));
}

/** The moments within the time that a point stands for. */
export function marksAt(points: readonly HistoryPoint[], marks: readonly Mark[], index: number): Mark[] {
  return marks.filter(({ at }) => pointOf(points, at) === index);
}

/**
 * Where a key leads from the point at `index` (null: none yet, which begins at the newest): the arrows from point to point,
 * page up and down from moment to moment, home and end. Null for a key that moves nothing.
 */
export function afterKey(
  key: string,
  index: number | null,
  points: readonly HistoryPoint[],
  marks: readonly Mark[],
): number | null {
  const last = points.length - 1;
  if (last < 0) return null;
  const [from, big] = [index ?? last, Math.ceil(points.length / bigParts)];
  const stops = marks.map(({ at }) => pointOf(points, at)).filter((stop) => stop !== null);
  const moves: Record<string, () => number> = {
    ArrowLeft: () => (index === null ? last : from - 1),
    ArrowRight: () => (index === null ? last : from + 1),
    Home: () => 0,
    End: () => last,
    PageDown: () => stops.findLast((stop) => stop < from) ?? (stops.length > 0 ? 0 : from - big),
    PageUp: () => stops.find((stop) => stop > from) ?? (stops.length > 0 ? last : from + big),
  };
  const move = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return move === undefined ? null : Math.min(last, Math.max(0, move()));
}

/** The point that stands for the time at which something happened. */
function pointOf(points: readonly HistoryPoint[], at: number): number | null {
  const [first, second] = points;
  if (first === undefined || at < first[0]) return null;
  const step = second === undefined ? 1 : second[0] - first[0];
  const index = Math.floor((at - first[0]) / step);
  // What happened after the last whole step belongs to it.
  return index > points.length ? null : Math.min(points.length - 1, index);
}
