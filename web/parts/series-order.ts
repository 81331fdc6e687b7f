import type { AreaAnswer, AreaRow } from '#shared/area-rows.ts';
import { subjectId } from '#shared/finding.ts';
import type { SeriesName } from '#shared/history.ts';
import { byWorst } from '#shared/level.ts';

/** What a series is measured of (`Node/nuc0`), empty for the area as a whole. */
export function subjectOf(series: string): string {
  return series.split('|').slice(1).join('|');
}

/**
 * Those that findings name first, then those of the area as a whole, then by subject: as in `leading`, then by name. Those whose
 * share of the time the rows tell come last. A finding's series is drawn even if no door lists it.
 */
export function orderSeries(
  ofFindings: readonly string[],
  known: readonly SeriesName[],
  leading: readonly string[] = [],
): string[] {
  const bySubject = comparing(leading);
  const last = new Set(known.filter(({ inRows }) => inRows === 'uptime').map(({ series }) => series));
  const isLast = (series: string) => Number(last.has(series));
  const rest = known
    .map(({ series }) => series)
    .toSorted((a, b) => isLast(a) - isLast(b) || bySubject(subjectOf(a), subjectOf(b)) || compare(a, b));
  return [...new Set([...ofFindings, ...rest])];
}

/** The subjects that have series: as in `leading`, then in the order of people: nuc2 before nuc10. */
export function subjectsOf(series: readonly string[], leading: readonly string[] = []): string[] {
  return [...new Set(series.map(subjectOf))].filter((subject) => subject !== '').sort(comparing(leading));
}

/** Subjects of the rows whose fullness an area draws: the worst first, of those the fullest. None of another area. */
export function fullestFirst({ bars, rows }: Pick<AreaAnswer, 'bars' | 'rows'>): string[] {
  if (bars === undefined || !('percent' in bars)) return [];
  const part = ({ cells }: AreaRow) => Number(cells[bars.percent] ?? -1);
  return rows
    .toSorted((a, b) => byWorst(a.level, b.level) || part(b) - part(a))
    .map(({ subject }) => subjectId(subject));
}

function comparing(leading: readonly string[]): (a: string, b: string) => number {
  const places = new Map(leading.map((subject, i) => [subject, i]));
  // The area as a whole stands before all its subjects.
  const place = (subject: string) => (subject === '' ? -1 : (places.get(subject) ?? leading.length));
  return (a, b) => place(a) - place(b) || compare(a, b);
}

const order = new Intl.Collator('en', { numeric: true });

function compare(a: string, b: string): number {
  return order.compare(a, b);
}
