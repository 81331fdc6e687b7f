import type { Area } from './area.ts';
import type { Finding, Subject } from './finding.ts';
import type { SeriesUnit } from './history.ts';
import type { Level } from './level.ts';

/**
 * A column that an area's tile declares. The type tells how the page shows and sorts a cell. Rows of the same `group` stand
 * together under it; `uptime` is a part of the time, 0 to 100, never rounded up; `spark` a small line of what was measured; `bars` a few
 * small bars, oldest first, with the sizes in words.
 */
export interface Column {
  key: string;
  title: string;
  type: 'text' | 'number' | 'age' | 'at' | 'bytes' | 'percent' | 'duration' | 'group' | 'uptime' | 'spark' | 'bars';
  /** Its cells are made of the row's series of this name, over so much time up to now: `GET /api/areas/AREA/measured` has them. */
  measured?: { series: string; unit: SeriesUnit; windowMs: number };
}

/** Cell values by column key; `age` and `at` cells are epoch ms, `duration` ms, `bars` a list of bytes, null = not known. */
export type Cells = Record<string, string | number | readonly number[] | null>;

/** Which columns the bars above the rows are drawn from, one bar a row: the time that is left, the shortest first, or how full it is, the fullest first. */
export type Bars = DayBars | PercentBars;

/** Bars of days left. */
export interface DayBars {
  /** "Days left". */
  title: string;
  /** A column of type `at`: drawn as days from now. */
  until: string;
  /** The column that names a bar. */
  name: string;
  /** Days beyond which bars are cut off, so that one of ten years does not make the others vanish. */
  mostDays: number;
}

/** Bars of percents. */
export interface PercentBars {
  /** "Claims by fullness". */
  title: string;
  /** A column of type `percent`. */
  percent: string;
  /** The column that names a bar. */
  name: string;
  /** The percent at which bars end: 100. */
  most: number;
}

/** One subject of an area with all its verdicts, the fine ones too. */
export interface AreaRow {
  subject: Subject;
  /** The worst of its verdicts. */
  level: Level;
  cells: Cells;
  verdicts: { check: string; level: Level; sentence: string; finding?: string }[];
}

/** Answer of `GET /api/areas/AREA`; its ETag is the revision. */
export interface AreaAnswer {
  area: Area;
  revision: number;
  judgedAt: number;
  columns: Column[];
  /** Absent where the area has no bars. */
  bars?: Bars;
  rows: AreaRow[];
  findings: Finding[];
}

/** A small line: the averages of equal parts of the column's window, oldest first, the running one too; null = nothing measured. */
export interface Spark {
  points: (number | null)[];
  /** Of all that was measured; `usual` is the median of the points. */
  least: number;
  usual: number;
  most: number;
}

/**
 * Answer of `GET /api/areas/AREA/measured`: the cells of columns with `measured`, by row (`Host/git.example`) and column; at most
 * a minute old. Cells of which nothing was measured are left out, and those of a window that knows no more than a shorter one.
 */
export interface AreaMeasured {
  area: Area;
  /** Up to when, epoch ms. */
  at: number;
  rows: Record<string, Record<string, number | Spark>>;
}
