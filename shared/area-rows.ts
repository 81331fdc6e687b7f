import type { Area } from './area.ts';
import type { Finding, Subject } from './finding.ts';
import type { Level } from './level.ts';

/** A column that an area's tile declares. The type tells how the page shows and sorts a cell. */
export interface Column {
  key: string;
  title: string;
  type: 'text' | 'number' | 'age' | 'at' | 'bytes' | 'percent' | 'duration';
}

/** Cell values by column key; `age` and `at` cells are epoch ms, `duration` ms, null = not known. */
export type Cells = Record<string, string | number | null>;

/** Which columns the bars above the rows are drawn from: one bar a row, the shortest first. */
export interface Bars {
  /** "Days left". */
  title: string;
  /** A column of type `at`: drawn as days from now. */
  until: string;
  /** The column that names a bar. */
  name: string;
  /** Days beyond which bars are cut off, so that one of ten years does not make the others vanish. */
  mostDays: number;
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
