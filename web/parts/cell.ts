import type { Column } from '#shared/area-rows.ts';
import { formatAge, formatAt, formatBytes, formatDuration, formatPercent } from '#shared/format.ts';
import type { SayContext } from '#shared/say.ts';

type Value = string | number | null | undefined;

/** A cell as its column's type shows it; a dash where nothing is known. */
export function cellText(value: Value, type: Column['type'], { now, timeZone }: SayContext): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'string') return value;
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
    case 'text':
      return String(value);
  }
}

/** Orders cells by value, what is not known last. */
export function byCell(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
