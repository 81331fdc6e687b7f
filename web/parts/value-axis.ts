import type { HistoryAnswer, SeriesUnit } from '#shared/history.ts';

/** From 0 to `max` in whole `step`s. */
export interface ValueAxis {
  max: number;
  step: number;
  /** The limits that lie within, to be drawn as lines. */
  limits: Limit[];
}

/** From which value on it is a warning or bad. */
export type Limit = NonNullable<HistoryAnswer['limits']>[number];

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Whole steps of what lasts longer than seconds. */
const longSteps = [10, 15, 30, 60, 120, 300, 600, 900, 1_800].map((count) => count * secondMs);
const longerSteps = [
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
  ...[1, 2, 5, 10].map((count) => count * dayMs),
];
/** So many steps there are at most below what was measured. */
const most = 4;
/** A limit far above all that was measured would press the line flat: it is told in words instead. */
const near = 2;

/** The axis that shows these values: its marks are numbers that people write. */
export function valueAxis(unit: SeriesUnit, highest: number, limits: readonly Limit[]): ValueAxis {
  const top = unit === 'percent' ? Math.max(100, highest) : highest;
  const shown = limits.filter(({ value }) => value <= Math.max(top, highest * near));
  const reach = Math.max(top, ...shown.map(({ value }) => value));
  if (reach <= 100 && unit === 'percent') return { max: 100, step: 25, limits: shown };
  const step = stepOf(unit, reach / most);
  // A line that touches the upper edge is hard to see.
  const max = Math.max(1, Math.ceil((reach * 1.04) / step)) * step;
  return { max, step, limits: shown };
}

function stepOf(unit: SeriesUnit, least: number): number {
  if (unit === 'ms' && least >= 5 * secondMs) {
    return [...longSteps, ...longerSteps].find((step) => step >= least) ?? Math.ceil(least / (30 * dayMs)) * 30 * dayMs;
  }
  const whole = unit === 'cores' ? 0.001 : unit === 'bytes' ? 100 : 1;
  if (least <= whole) return whole;
  const power = 10 ** Math.floor(Math.log10(least));
  // 0.3 / 0.1 is a little less than 3.
  return ([1, 2, 5, 10].find((count) => count * power >= least * (1 - 1e-9)) ?? 10) * power;
}
