import type { HistoryAnswer, HistoryPoint } from '#shared/history.ts';
import type { SeriesPoints } from '#server/history/history.ts';

/** So many parts the time around it is cut into: an hour into quarters of a minute. */
const parts = 240;
/** From years to quarters of a minute it is not more. */
const mostReads = 3;

/**
 * The newest value of what was read, as fine as it is kept: the average of a long part says little of its end. Null where
 * nothing was measured. `read` reads the same series over another time.
 */
export function newestValue(
  whole: SeriesPoints,
  to: number,
  read: (from: number, to: number, points: number) => SeriesPoints | null,
): NonNullable<HistoryAnswer['last']> | null {
  let found = newestOf(whole.points);
  for (let [step, reads] = [whole.step, 0]; found !== null && reads < mostReads; reads += 1) {
    const finer = read(found.at, Math.min(to, found.at + step), parts);
    const newest = newestOf(finer?.points ?? []);
    if (finer === null || newest === null || finer.step >= step) break;
    [found, step] = [newest, finer.step];
  }
  return found;
}

function newestOf(points: readonly HistoryPoint[]): NonNullable<HistoryAnswer['last']> | null {
  const newest = points.findLast(([, , average]) => average !== null);
  return newest === undefined ? null : { at: newest[0], value: newest[2] ?? 0 };
}
