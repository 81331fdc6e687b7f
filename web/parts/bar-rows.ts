import type { AreaRow, Bars, Column } from '#shared/area-rows.ts';
import type { Level } from '#shared/level.ts';
import { daysAxis, type DaysAxis } from './days-axis.ts';
import { leftWords } from './left-words.ts';
import { nameOf } from './row-order.ts';

/** More bars than these are not looked at, and the table has them all. */
export const mostBars = 30;

/** A row with its end, epoch ms. */
export interface EndingRow {
  name: string;
  level: Level;
  until: number;
}

/** All rows that have an end, the soonest first, and how many there are of which none is known. */
export interface Endings {
  rows: readonly EndingRow[];
  undated: number;
}

/** One bar: `days` as long as it is drawn, 0 if it has ended, cut off at the end of the axis if `longer`. */
export interface Bar {
  name: string;
  level: Level;
  days: number;
  ended: boolean;
  longer: boolean;
  /** "12 days", "expired 6 min ago". */
  words: string;
}

/** What the bars of an area draw at one time. */
export interface Barring {
  bars: readonly Bar[];
  axis: DaysAxis;
}

const dayMs = 86_400_000;

/** Which rows have bars, in their order; those that end together by name. */
export function endingsOf(rows: readonly AreaRow[], { until, name }: Bars): Endings {
  const naming: Column = { key: name, title: '', type: 'text' };
  const dated = rows.flatMap((row): EndingRow[] => {
    const at = row.cells[until];
    return typeof at === 'number' && Number.isFinite(at)
      ? [{ name: nameOf(row, naming), level: row.level, until: at }]
      : [];
  });
  dated.sort((a, b) => a.until - b.until || (a.name < b.name ? -1 : 1));
  return { rows: dated, undated: rows.length - dated.length };
}

/** The bars of the soonest at a time, epoch ms, none longer than `mostDays`. */
export function barringOf({ rows }: Endings, mostDays: number, now: number): Barring {
  const shown = rows.slice(0, mostBars);
  const longest = (shown.at(-1)?.until ?? now) - now;
  const axis = daysAxis(Math.min(mostDays, longest / dayMs), mostDays);
  const bars = shown.map(({ name, level, until }) => {
    const [left, days] = [until - now, (until - now) / dayMs];
    const drawn = Math.min(axis.max, Math.max(0, days));
    return { name, level, days: drawn, ended: left <= 0, longer: days > axis.max, words: leftWords(left) };
  });
  return { bars, axis };
}
