import { formatBytes, formatDuration, formatPercent } from '#shared/format.ts';
import type { HistoryPoint, SeriesUnit } from '#shared/history.ts';
import type { Limit } from './value-axis.ts';

const write: Record<SeriesUnit, (value: number) => string> = {
  ms: formatDuration,
  bytes: formatBytes,
  percent: formatPercent,
  cores: (value) => `${trimmed(value, value < 0.1 ? 3 : 2)} cores`,
  count: (value) => trimmed(value, 1),
};

/** Half a minute and half an hour are marks of an axis as well. */
const longUnits = [
  { ms: 86_400_000, word: 'days' },
  { ms: 3_600_000, word: 'h' },
  { ms: 60_000, word: 'min' },
  { ms: 1_000, word: 's' },
];

/** A measured value in its unit: "12 ms", "1.9 GB", "61 %", "0.25 cores". */
export function valueWords(unit: SeriesUnit, value: number): string {
  return write[unit](value);
}

/** A mark of the axis: exact where `valueWords` rounds, and without a word that would take the room of the chart. */
export function tickWords(unit: SeriesUnit, value: number): string {
  if (unit === 'cores') return trimmed(value, 3);
  const long = unit === 'ms' ? longUnits.find(({ ms }) => value >= 2 * ms) : undefined;
  return long === undefined ? write[unit](value) : `${trimmed(value / long.ms, 1)} ${long.word}`;
}

/** "12 ms", "12 ms on average, 9 ms to 31 ms" or "nothing measured". */
export function pointWords(unit: SeriesUnit, [, min, average, max]: HistoryPoint): string {
  if (average === null) return 'nothing measured';
  const said = valueWords(unit, average);
  const between = betweenWords(unit, min ?? average, max ?? average);
  return between === said ? said : `${said} on average, ${between}`;
}

/** "9 ms to 31 ms", or one value where both read the same. */
export function betweenWords(unit: SeriesUnit, min: number, max: number): string {
  const [low, high] = [valueWords(unit, min), valueWords(unit, max)];
  return low === high ? low : `${low} to ${high}`;
}

/** "warning from 80 %". */
export function limitWords(unit: SeriesUnit, { level, value }: Limit): string {
  return `${level === 'warn' ? 'warning' : 'failing'} from ${valueWords(unit, value)}`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
