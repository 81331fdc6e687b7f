import type { SeriesName } from '#shared/history.ts';

/** What a series is measured of (`Node/nuc0`), empty for the area as a whole. */
export function subjectOf(series: string): string {
  return series.split('|').slice(1).join('|');
}

/**
 * Those that findings name first, then those of the area as a whole, then by subject; those whose share of the time the rows
 * tell come last. A finding's series is drawn even if no door lists it.
 */
export function orderSeries(ofFindings: readonly string[], known: readonly SeriesName[]): string[] {
  const last = new Set(known.filter(({ inRows }) => inRows === 'uptime').map(({ series }) => series));
  const isLast = (series: string) => Number(last.has(series));
  const rest = known
    .map(({ series }) => series)
    .toSorted((a, b) => isLast(a) - isLast(b) || compare(subjectOf(a), subjectOf(b)) || compare(a, b));
  return [...new Set([...ofFindings, ...rest])];
}

/** The subjects that have series, in the order of people: nuc2 before nuc10. */
export function subjectsOf(series: readonly string[]): string[] {
  return [...new Set(series.map(subjectOf))].filter((subject) => subject !== '').sort(compare);
}

const order = new Intl.Collator('en', { numeric: true });

function compare(a: string, b: string): number {
  return order.compare(a, b);
}
