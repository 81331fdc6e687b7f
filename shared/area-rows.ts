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
  rows: AreaRow[];
  findings: Finding[];
}
