import type { Level, TileLevel } from '#shared/level.ts';

/** What the page draws instead of letters, because the typeface has no marks and no arrows. */
export type GlyphName = Level | TileLevel | 'back' | 'on' | 'up' | 'down';

/** The strokes of a glyph as a path in a square of 24. */
export const glyphStrokes: Record<GlyphName, string> = {
  ok: 'M4 13.5 9.5 19 20 5.5',
  bad: 'M5 5 19 19M19 5 5 19',
  warn: 'M12 3V14.5M12 20.2V20.8',
  unknown: 'M7 8A5 5 0 1 1 14.2 12.4C12.7 13.2 12 14 12 15.6M12 20.4V20.8',
  notice: 'M12 10V20M12 4.6V5',
  absent: 'M7 12H17',
  unwatched: 'M7 12H17',
  back: 'M15 4 7 12 15 20',
  on: 'M9 4 17 12 9 20',
  up: 'M5 15 12 8 19 15',
  down: 'M5 9 12 16 19 9',
};
