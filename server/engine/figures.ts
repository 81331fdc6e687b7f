import type { Tile } from '#shared/board.ts';
import { say, type Say } from '#shared/say.ts';
import type { KeptFigure } from '#server/history/keeper.ts';
import { cutText } from './bounded.ts';
import type { TileContext, TileDefinition, TileFigure } from './define-tile.ts';
import type { Snapshot } from './snapshot.ts';

/** A tile's figure as it is shown: fresh, the last known, none since there is nothing of the kind, or failed. */
export interface ShownFigure {
  state: 'fresh' | 'last-known' | 'none' | 'failed';
  figure: Tile['figure'];
  detail: Say;
}

/** The last figure of an area that was made of fresh facts. `asOf` epoch ms. */
export interface LastFigure {
  figure: Omit<Tile['figure'], 'asOf'>;
  asOf: number;
}

const unknownFigure = { value: '–' };

/** The figure of fresh facts. Throws what the tile throws. */
export function freshFigure(tile: TileDefinition, snapshot: Snapshot, context: TileContext): ShownFigure {
  const made = tile.figure(snapshot, context);
  if (made === null) return { state: 'none', figure: unknownFigure, detail: say('') };
  return { state: 'fresh', figure: boundFigure(made), detail: made.detail };
}

/** The last figure, with `asOf`, or none if there never was one. */
export function lastKnownFigure(last: LastFigure | undefined, state: 'last-known' | 'failed'): ShownFigure {
  const figure = last === undefined ? unknownFigure : { ...last.figure, asOf: last.asOf };
  return { state, figure, detail: say(state === 'failed' ? 'the figure could not be made' : 'not seen yet') };
}

/** As kept on disk. */
export function keptFigure(area: string, { figure, asOf }: LastFigure): KeptFigure {
  return { area, ...figure, asOf };
}

/** As read from disk. */
export function lastFigure({ value, unit, rest, asOf }: KeptFigure): LastFigure {
  return { figure: { value, ...(unit === undefined ? {} : { unit }), ...(rest === undefined ? {} : { rest }) }, asOf };
}

function boundFigure({ value, unit, rest }: TileFigure): Omit<Tile['figure'], 'asOf'> {
  return {
    value: cutText(value, 20),
    ...(unit === undefined ? {} : { unit: cutText(unit, 20) }),
    ...(rest === undefined ? {} : { rest: cutText(rest, 60) }),
  };
}
