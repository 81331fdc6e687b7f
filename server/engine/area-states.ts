import type { Area } from '#shared/area.ts';
import type { TileDefinition } from './define-tile.ts';
import { freshFigure, lastKnownFigure, type ShownFigure } from './figures.ts';
import { believableSources, kindsNeeded, type SourcesOf } from './freshness.ts';
import type { Past } from './past.ts';
import type { CheckRun } from './run-checks.ts';
import type { Snapshot } from './snapshot.ts';

/** Sources of a tile's figure that cannot be believed now. */
export function missingForFigure(tile: TileDefinition, snapshot: Snapshot, sourcesOf: SourcesOf): string[] {
  const believable = believableSources(snapshot);
  return [...new Set(tile.needs.flatMap((kind) => sourcesOf(kind)))].filter((name) => !believable.has(name));
}

/**
 * The figure of an area: of fresh facts, or the last known with the time as of which it was true. The last figures of
 * the past are brought up to date.
 */
export function figureOf(
  tile: TileDefinition,
  missing: readonly string[],
  snapshot: Snapshot,
  { figures, memories }: Pick<Past, 'figures' | 'memories'>,
  failed: (area: Area, error: unknown) => void,
): ShownFigure {
  const last = figures.get(tile.area);
  if (missing.length > 0) {
    const seen = missing.map((name) => snapshot.sources.get(name)?.freshAt ?? null).filter((at) => at !== null);
    const asOf = last === undefined ? undefined : { ...last, asOf: Math.min(last.asOf, ...seen) };
    return lastKnownFigure(asOf, 'last-known');
  }
  try {
    const shown = freshFigure(tile, snapshot, { memory: memories.of });
    if (shown.state === 'fresh') figures.set(tile.area, { figure: shown.figure, asOf: snapshot.now });
    else figures.delete(tile.area);
    return shown;
  } catch (error) {
    failed(tile.area, error);
    return lastKnownFigure(last, 'failed');
  }
}

/** How many optional sources of an area are there but cannot be seen. */
export function countPartlySeen(runs: readonly CheckRun[], snapshot: Snapshot, sourcesOf: SourcesOf): number {
  const names = new Set<string>();
  for (const { check, believed } of runs) {
    for (const kind of kindsNeeded(check, 'optional')) {
      for (const name of sourcesOf(kind)) if (snapshot.sources.has(name) && !believed.has(name)) names.add(name);
    }
  }
  return names.size;
}
