import type { HistoryPoint } from '#shared/history.ts';

/** Points as CSV: a line of names, then one for each point; ISO times in UTC, empty where nothing was measured. */
export function historyCsv(points: readonly HistoryPoint[]): string {
  const lines = points.map(([at, ...values]) =>
    [new Date(at).toISOString(), ...values.map((value) => value ?? '')].join(','),
  );
  return ['at,min,average,max', ...lines, ''].join('\n');
}

/** A file name for a series: `nodes/disk|Node/nuc0` is "nodes-disk-Node-nuc0.csv". Names are strangers' input. */
export function csvFileName(series: string): string {
  const plain = series.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return `${plain.slice(0, 120) || 'series'}.csv`;
}
