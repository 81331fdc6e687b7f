/** The longest `Accept` that is read: what browsers send is a tenth of it. */
const longest = 2_000;

/**
 * True if an `Accept` header would rather have text/csv than application/json. Of ranges that fit, the most exact one counts
 * (RFC 9110, 12.5.1). Where both are as welcome, or neither, it is JSON.
 */
export function prefersCsv(accept: string | undefined): boolean {
  if (accept === undefined || accept.length > longest) return false;
  const ranges = accept.split(',').map(readRange);
  return weightOf('text', 'csv', ranges) > weightOf('application', 'json', ranges);
}

interface Range {
  type: string;
  subtype: string;
  weight: number;
}

function readRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [type = '', subtype = ''] = range.split('/');
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2).trim() || Number.NaN);
  // What cannot be read as a weight is not wanted rather than wanted most.
  return { type, subtype, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

function weightOf(type: string, subtype: string, ranges: readonly Range[]): number {
  const of = (wantedType: string, wantedSubtype: string) =>
    ranges.find((range) => range.type === wantedType && range.subtype === wantedSubtype)?.weight;
  return of(type, subtype) ?? of(type, '*') ?? of('*', '*') ?? 0;
}
