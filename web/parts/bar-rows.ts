import type { AreaRow, Bars, Column } from '#shared/area-rows.ts';
import { formatPercent } from '#shared/format.ts';
import type { Level } from '#shared/level.ts';
import { daysAxis, type BarsAxis } from './days-axis.ts';
import { leftWords } from './left-words.ts';
import { nameOf } from './row-order.ts';

/** More bars than these are not looked at, and the table has them all. */
export const mostBars = 30;

/** A row with what its bar tells: its end, epoch ms, or a percent. */
export interface BarRow {
  name: string;
  level: Level;
  value: number;
}

/** All rows that have a bar, the soonest or the fullest first, and of how many nothing is known. */
export interface BarRows {
  rows: readonly BarRow[];
  unknown: number;
}

/** One bar: `length` as long as it is drawn, in days or percent, 0 if it has ended, cut off at the end of the axis if `longer`. */
export interface Bar {
  name: string;
  level: Level;
  length: number;
  ended: boolean;
  longer: boolean;
  /** "12 days", "expired 6 min ago", "88 %". */
  words: string;
}

/** What the bars of an area draw at one time. */
export interface Barring {
  bars: readonly Bar[];
  axis: BarsAxis;
}

const dayMs = 86_400_000;
/** So many parts an axis of percents has. */
const percentParts = 4;

/** Which rows have bars, in their order; those that are equal by name. */
export function barRowsOf(rows: readonly AreaRow[], bars: Bars): BarRows {
  const naming: Column = { key: bars.name, title: '', type: 'text' };
  const key = 'until' in bars ? bars.until : bars.percent;
  const known = rows.flatMap((row): BarRow[] => {
    const value = row.cells[key];
    return typeof value === 'number' && Number.isFinite(value)
      ? [{ name: nameOf(row, naming), level: row.level, value }]
      : [];
  });
  const turned = 'until' in bars ? 1 : -1;
  known.sort((a, b) => turned * (a.value - b.value) || (a.name < b.name ? -1 : 1));
  // A row without the cell is of another kind.
  const telling = rows.filter(({ cells }) => cells[key] !== undefined);
  return { rows: known, unknown: telling.length - known.length };
}

/** The bars of the first at a time, epoch ms, none longer than the axis may be. */
export function barringOf({ rows }: BarRows, bars: Bars, now: number): Barring {
  const shown = rows.slice(0, mostBars);
  if ('percent' in bars) {
    const axis = { max: bars.most, step: bars.most / percentParts, unit: ' %' };
    return { bars: shown.map((row) => ({ ...barOf(row, row.value, axis), words: formatPercent(row.value) })), axis };
  }
  const longest = (shown.at(-1)?.value ?? now) - now;
  const axis = daysAxis(Math.min(bars.mostDays, longest / dayMs), bars.mostDays);
  const drawn = shown.map((row) => {
    const left = row.value - now;
    return { ...barOf(row, left / dayMs, axis), ended: left <= 0, words: leftWords(left) };
  });
  return { bars: drawn, axis };
}

function barOf({ name, level }: BarRow, value: number, { max }: BarsAxis) {
  return { name, level, length: Math.min(max, Math.max(0, value)), ended: false, longer: value > max };
}
