import type { Spark } from '#shared/area-rows.ts';
import type { SeriesUnit } from '#shared/history.ts';
import { lengthWords } from './length-words.ts';
import { valueWords } from './value-words.ts';

/** The room that a small line is drawn in, in units of its own. */
export const sparkSize = { width: 96, height: 24 };
/** A line must not be cut at its edges. */
const edge = 1.5;
/** What is always the same is no line at the top. */
const headroom = 1.25;
/** A point between gaps is so long. */
const dash = 2.5;

/** The path of a small line, from nothing at the bottom to its highest point: what was not measured is a gap, a lonely point a dash. */
export function sparkPath({ points }: Pick<Spark, 'points'>): string {
  const highest = headroom * Math.max(0, ...points.map((point) => point ?? 0)) || 1;
  const { width, height } = sparkSize;
  const x = (i: number) => edge + (i * (width - 2 * edge)) / Math.max(1, points.length - 1);
  const y = (value: number) => height - edge - (value / highest) * (height - 2 * edge);
  const place = (i: number, before = 0) => `${(x(i) - before).toFixed(1)} ${y(points[i] ?? 0).toFixed(1)}`;
  return points
    .map((point, i) => {
      if (point === null) return '';
      const [before, after] = [points[i - 1] ?? null, points[i + 1] ?? null];
      if (before !== null) return `L${place(i)}`;
      return after === null ? `M${place(i, i === 0 ? 0 : dash)}h${dash}` : `M${place(i)}`;
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
