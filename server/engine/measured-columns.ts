import type { Column } from '#shared/area-rows.ts';
import type { SeriesRule } from './define-series.ts';

const day = 86_400_000;

const windows = [
  { key: 'up24h', title: 'Up 24 h', windowMs: day },
  { key: 'up7d', title: 'Up 7 d', windowMs: 7 * day },
  { key: 'up30d', title: 'Up 30 d', windowMs: 30 * day },
];

/** Columns that tell how much of a day, a week and a month each row was up, by a series of percents (100 up, 0 down). */
export function uptimeColumns({ series, unit }: Pick<SeriesRule, 'series' | 'unit'>): Column[] {
  return windows.map(({ windowMs, ...head }) => ({ ...head, type: 'uptime', measured: { series, unit, windowMs } }));
}

/** A column with a small line of the last 24 hours of each row's series. */
export function sparkColumn({ series, unit }: Pick<SeriesRule, 'series' | 'unit'>, title: string): Column {
  return { key: 'spark', title, type: 'spark', measured: { series, unit, windowMs: day } };
}
