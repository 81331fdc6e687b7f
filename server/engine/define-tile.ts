import type { Bars, Cells, Column } from '#shared/area-rows.ts';
import type { Area } from '#shared/area.ts';
import type { Subject } from '#shared/finding.ts';
import type { Say } from '#shared/say.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { Check } from './define-check.ts';
import type { SeriesRule } from './define-series.ts';
import type { Snapshot } from './snapshot.ts';
import type { Turn } from './turn.ts';

/** A tile's figure and detail line as the facts give them. */
export interface TileFigure {
  value: string;
  unit?: string;
  rest?: string;
  detail: Say;
}

/** What a tile gets beside the snapshot. */
export interface TileContext {
  /** What the check of this name (`nodes/no-heartbeat`) remembers, by subject; empty if it remembers nothing. */
  memory(check: string): ReadonlyMap<string, unknown>;
}

/** An area on the wall: its figure and its checks. `tile.ts` of each folder in checks/ exports one as default. */
export interface TileDefinition {
  area: Area;
  /** The kinds its figure is made of: while one is not fresh the last figure is shown with `asOf`. */
  needs: FactKind[];
  checks: Check[];
  /** What is measured in the area, for charts and trends. */
  series?: SeriesRule[];
  /** What all its checks ask for and takes long to work out, done in pieces before they are asked. */
  prepare?(snapshot: Snapshot): Turn;
  /** Null if there is nothing of the kind: the tile is `absent`. */
  figure(snapshot: Snapshot, context?: TileContext): TileFigure | null;
  /** Columns of the area's page and the cells of one subject. */
  columns: Column[];
  bars?: Bars;
  /** What of the area goes on being seen while the API is blind, for the second line of the headline: "14 of 14 services still answer". */
  stillAnswers?(snapshot: Snapshot): Say | null;
  cells(subject: Subject, snapshot: Snapshot, context?: TileContext): Cells;
}

/** Declares a tile; throws nothing. */
export function defineTile(tile: TileDefinition): TileDefinition {
  return tile;
}
