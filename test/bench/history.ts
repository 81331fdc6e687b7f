import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeriesStore } from '#server/history/series-store.ts';
import { openSeriesAccess } from '#test/history/series-access.ts';
import { samplesAt, timed, writeYears, type YearsFigures } from './history-years.ts';
import { row, table } from './report.ts';

const dayMs = 86_400_000;
const series = 200;
const days = 731;

/** 200 series for two years of a simulated clock: what is written, how large the file is, how long ticks, charts and a start take. */
export function benchHistory(): void {
  const directory = mkdtempSync(join(process.env['BENCH_DIRECTORY'] ?? tmpdir(), 'clusterwall-bench-history-'));
  try {
    bench(join(directory, 'history.db'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function bench(file: string): void {
  const endAt = Date.UTC(2026, 3, 2, 11);
  const first = openSeriesAccess(file);
  const figures = writeYears(first, file, endAt, days, series);
  first.close();
  const starts = Array.from({ length: 9 }, (_, i) => startMs(file, endAt + i * 15_000));
  table(`history: ${series} series every 15 s, ${days} days of a simulated clock`, [
    ...rowsOfWriting(figures),
    row('start: open, load, first tick, median of 9', '300', quantile(starts, 0.5), null, 'ms'),
    ...rowsOfCharts(file, endAt + 150_000),
  ]);
}

function rowsOfWriting({ ticks, turns, tidies, handedBytes, writtenBytes, fileBytes }: YearsFigures) {
  return [
    row('handed to the disk a day (log and checkpoints)', '50', handedBytes / 1e6, null, 'MB'),
    row('written of it as the kernel counts, a day in some seconds', '50', writtenBytes / 1e6, null, 'MB'),
    row('file after two years', '100', fileBytes / 1e6, null, 'MB'),
    row('tick, median', '-', quantile(ticks, 0.5), null, 'ms'),
    row('tick, p99 of all', '1', quantile([...ticks, ...turns], 0.99), null, 'ms'),
    row('tick that ends an hour, median', '-', quantile(turns, 0.5), null, 'ms'),
    row('tick that ends an hour, longest', '-', quantile(turns, 1), null, 'ms'),
    row('tidying, longest', '-', quantile(tidies, 1), null, 'ms'),
    row('tidying that finds nothing', '-', quantile(tidies, 0), null, 'ms'),
  ];
}

function rowsOfCharts(file: string, now: number) {
  const access = openSeriesAccess(file);
  const store = createSeriesStore(access, 'bench', () => now);
  const charts = [
    ['24 h', 1, '10'],
    ['30 d', 30, '-'],
    ['2 y', days, '10'],
  ] as const;
  const rows = charts.flatMap(([name, span, bar]) =>
    [300, 2_000].flatMap((points) => {
      const read = (i: number) =>
        store.read(`nodes/figure|Node/nuc${(i * 7) % series}`, now - span * dayMs, now, points);
      const before = process.cpuUsage();
      const times = Array.from({ length: 41 }, (_, i) => timed(() => read(i)));
      const { user, system } = process.cpuUsage(before);
      return [
        row(`chart of ${name}, ${points} points, median of 41`, bar, quantile(times, 0.5), null, 'ms'),
        row('CPU time of that, mean', bar, (user + system) / 1_000 / times.length, null, 'ms'),
      ];
    }),
  );
  const names = store.names();
  const trends = timed(() => store.trends(names, now - dayMs / 4));
  access.close();
  return [...rows, row(`trends of 6 h of all ${names.length}`, '-', trends, null, 'ms')];
}

function startMs(file: string, now: number): number {
  const samples = samplesAt(now, series);
  let access: ReturnType<typeof openSeriesAccess> | undefined;
  const ms = timed(() => {
    access = openSeriesAccess(file);
    createSeriesStore(access, 'bench', () => now).record(now, samples);
  });
  access?.close();
  return ms;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
