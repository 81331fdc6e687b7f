import type { HistoryPoint, SeriesUnit } from '#shared/history.ts';
import type { Span } from './chart-spans.ts';
import type { Mark } from './moment-marks.ts';
import type { Limit } from './value-axis.ts';

/** What a chart draws. Times epoch ms; the axis goes from `from` to `to`, whatever is known of that time. */
export interface Charting {
  from: number;
  to: number;
  unit: SeriesUnit;
  points: readonly HistoryPoint[];
  limits: readonly Limit[];
  marks: readonly Mark[];
  spans: readonly Span[];
  /** IANA name. */
  timeZone: string;
}

/** What a chart looks like; the page reads it from its style. `size` of letters in px. */
export interface ChartLook {
  line: string;
  band: string;
  gap: string;
  grid: string;
  mark: string;
  warn: string;
  bad: string;
  words: string;
  /** Behind words that stand on lines. */
  ground: string;
  family: string;
  size: number;
}

type ChartColours = Omit<ChartLook, 'family' | 'size'>;
// The same on all of the page and never another; to read a style is slow.
let colours: ChartColours | null = null;

/** Reads the look of what stands at this place of the page. */
export function lookAt(place: HTMLElement): ChartLook {
  const style = getComputedStyle(place);
  colours ??= readColours(style);
  return { ...colours, family: style.fontFamily, size: Math.max(12, parseFloat(style.fontSize) * 0.8) };
}

function readColours(style: CSSStyleDeclaration): ChartColours {
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: read('--chart-line'),
    band: read('--chart-band'),
    gap: read('--chart-gap'),
    grid: read('--line'),
    mark: read('--chart-mark'),
    warn: read('--warning'),
    bad: read('--failing'),
    words: read('--dim'),
    ground: read('--card'),
  };
}
