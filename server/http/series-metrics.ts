import type { MeasuredValue } from './wall-view.ts';
import type { MetricFamily } from './prometheus-text.ts';

// A sample is taken every 15 s: what is older than four of them is no longer measured.
const oldestMs = 60_000;

/** The last value of each series, by its name and with its unit as the history has them. None is told that is old. */
export function seriesMetrics(measured: readonly MeasuredValue[], now: number): MetricFamily[] {
  const current = measured.filter(({ at }) => Math.abs(now - at) <= oldestMs);
  return [
    {
      name: 'clusterwall_series_value',
      type: 'gauge',
      help: 'Last value of each series, in the unit it names (percent from 0 to 100).',
      values: current.map(({ series, unit, value }) => ({ labels: { series, unit }, value })),
    },
  ];
}
