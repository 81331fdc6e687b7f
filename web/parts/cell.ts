import type { Column } from '#shared/area-rows.ts';
import { formatAge, formatAt, formatBytes, formatDuration, formatPercent } from '#shared/format.ts';
import type { SayContext } from '#shared/say.ts';
import { uptimePercent } from './uptime-words.ts';

type Value = string | number | readonly number[] | null | undefined;

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** A cell as its column's type shows it; where nothing is known "unknown" for a date, which is told to be there, and a dash for all else. */
export function cellText(value: Value, type: Column['type'], { now, timeZone }: SayContext): string {
  if (!isKnown(value)) return type === 'at' ? 'unknown' : '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return value.map((each) => formatBytes(each)).join(', ');
  switch (type) {
    case 'age':
      return formatAge(now - value);
    case 'at':
      return formatAt(value, now, timeZone);
    case 'bytes':
      return formatBytes(value);
    case 'percent':
      return formatPercent(value);
    case 'duration':
      return formatDuration(value);
    case 'number':
      return numbers.format(value);
    case 'uptime':
      return uptimePercent(value);
    case 'text':
    case 'group':
    case 'spark':
    case 'bars':
      return String(value);
  }
}

/** What a cell is sorted by: a list by its last; null where nothing is known. Of ages the youngest is the smallest, though it began last. */
export function sortKey(value: Value, type: Column['type']): string | number | null {
  if (!isKnown(value)) return null;
  if (typeof value === 'object') return value.at(-1) ?? null;
  if (typeof value === 'number') return type === 'age' ? -value : value;
  // Numbers in a text by their size. A collator that does it takes ten times as long, which thousands of rows feel.
  return value.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

/** Orders keys, the smallest first, or last if `down`; what is not known stands last either way, texts behind figures. */
export function byKey(down: boolean): (a: string | number | null, b: string | number | null) => number {
  const turned = down ? -1 : 1;
  return (a, b) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a !== typeof b) return turned * (typeof a === 'number' ? -1 : 1);
    return a < b ? -turned : a > b ? turned : 0;
  };
}

function isKnown(value: Value): value is string | number | readonly number[] {
  if (typeof value === 'object' && value !== null) return value.length > 0;
  return value !== null && value !== undefined && value !== '' && !Number.isNaN(value);
}
