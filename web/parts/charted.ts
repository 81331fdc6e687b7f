import type { HistoryAnswer } from '#shared/history.ts';
import type { RangeName } from './chart-range.ts';
import type { Span } from './chart-spans.ts';
import type { Mark } from './moment-marks.ts';

/** A series on the page as last told. `from` and `to` are the time that `history` is of, epoch ms. */
export interface Charted {
  series: string;
  range: RangeName;
  /** Null before the first answer. */
  history: HistoryAnswer | null;
  from: number;
  to: number;
  marks: readonly Mark[];
  /** When something was wrong with its subject. */
  spans: readonly Span[];
  /** Why there is no newer answer, null while all is well. */
  trouble: string | null;
  /** There is no such series (any more). */
  missing: boolean;
  /** Another range was chosen, and what is shown is still of the one before. */
  waiting: boolean;
}

/** The charts of a page, and what can be chosen of them. */
export interface ChartsShown {
  readonly charts: readonly Charted[];
  readonly range: RangeName;
  chooseRange(range: RangeName): void;
  /** Absent where there is nothing else to choose. */
  others?: OtherCharts;
}

/** What else could be drawn on a page. */
export interface OtherCharts {
  /** What can be looked at alone (`Node/nuc0`), and what is: empty for all. */
  readonly subjects: readonly string[];
  readonly subject: string;
  chooseSubject(subject: string): void;
  /** The rows have small lines of them, and come first. */
  readonly beneathRows?: boolean;
  /** How many further charts `showMore` adds, 0 if there are none. */
  readonly more: number;
  showMore(): void;
  /** Why it is not known what else could be drawn, null while it is. */
  readonly trouble: string | null;
}
