import type { Spark } from '#shared/area-rows.ts';
import type { SeriesUnit } from '#shared/history.ts';
import { lengthWords } from './length-words.ts';
import { valueWords } from './value-words.ts';

/** The room that a small line is drawn in, in units of its own. */
export const sparkSize = { width: 96, height: 24 };
/** A line must not be cut at its edges. */
const edge = 1.5;

/** The path of a small line, from nothing at the bottom to its highest point: what was not measured is a gap, a lonely point a dot. */
export function sparkPath({ points }: Pick<Spark, 'points'>): string {
  const highest = Math.max(...points.map((point) => point ?? 0)) || 1;
  const { width, height } = sparkSize;
  const x = (i: number) => edge + (i * (width - 2 * edge)) / Math.max(1, points.length - 1);
  const y = (value: number) => height - edge - (value / highest) * (height - 2 * edge);
  const place = (i: number) => `${x(i).toFixed(1)} ${y(points[i] ?? 0).toFixed(1)}`;
  return points
    .map((point, i) => {
      if (point === null) return '';
      const [before, after] = [points[i - 1] ?? null, points[i + 1] ?? null];
      if (before !== null) return `L${place(i)}`;
      return after === null ? `M${place(i)}h.01` : `M${place(i)}`;
    })
    .join('');
}

/** What a small line says: "24 h: 20 ms to 140 ms, mostly 31 ms". */
export function sparkWords({ least, usual, most }: Spark, unit: SeriesUnit, windowMs: number): string {
  const words = (value: number) => valueWords(unit, value);
  const time = windowMs === 86_400_000 ? '24 h' : lengthWords(windowMs);
  if (words(least) === words(most)) return `${time}: ${words(least)}`;
  return `${time}: ${words(least)} to ${words(most)}, mostly ${words(usual)}`;
}
