import type { Area } from './area.ts';
import type { Finding } from './finding.ts';
import type { TileLevel } from './level.ts';
import type { Say } from './say.ts';
import type { SourceStatus } from './source.ts';

/** The whole of what the wall shows. Times are epoch ms. Replaced, never mutated. */
export interface Board {
  /** Counts up by one with every change; begins anew with the server process. */
  revision: number;
  judgedAt: number;
  /** The build of the server: a page of another build fetches the new page. */
  build: string;
  cluster: BoardCluster;
  /** IANA name; every time of day on the wall is in this zone. */
  timeZone: string;
  headline: Headline;
  /** Always ten, in the order of `areas`. */
  tiles: Tile[];
  /** Ranked: level, causes first, number explained, area, since; acknowledged ones last. At most 500, 200 of one check. */
  findings: Finding[];
  /** check -> how many findings of it are not in the list. */
  omitted: Record<string, number>;
  sources: SourceStatus[];
}

export interface BoardCluster {
  /** UID of namespace kube-system, else a hash of the CA, else "" while not yet known. */
  id: string;
  name: string;
  /** As `/version` says it, "" while not yet known. */
  version: string;
  demo: boolean;
}

export interface Headline {
  level: TileLevel;
  text: string;
  say: Say;
  /** The id of the finding it speaks of, or null if all is good. */
  finding: string | null;
  /** What still answers where it makes the wall blind, then what else is wrong and not explained by it, at most 3. */
  also: string[];
  /** What `also` was rendered from, in the same order; absent if there is nothing. */
  alsoSay?: Say[];
  /** Tiles by level. */
  counts: { bad: number; warn: number; unknown: number };
}

export interface Tile {
  area: Area;
  level: TileLevel;
  /** `value` "4", `unit` "ms", `rest` "of 4 ready"; `asOf` (epoch ms) if it is the last known and no longer fresh. */
  figure: { value: string; unit?: string; rest?: string; asOf?: number };
  /** `detailSay` rendered when judged. */
  detail: string;
  detailSay: Say;
  /** Findings and subjects that cannot be judged; hatches the tile's edge. */
  unknownCount: number;
  /** Since when the tile has this level. */
  since: number;
}
