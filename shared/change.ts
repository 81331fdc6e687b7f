import type { Area } from './area.ts';
import type { Board, Headline, Tile } from './board.ts';
import type { Finding } from './finding.ts';
import type { SourceStatus } from './source.ts';

/** What turns the board of revision `from` into that of revision `to`. Absent parts are unchanged. */
export interface Change {
  from: number;
  to: number;
  judgedAt: number;
  head?: Partial<Pick<Board, 'cluster' | 'timeZone' | 'omitted'>>;
  headline?: Headline;
  tiles?: Tile[];
  findings?: {
    /** New or changed ones, whole. */
    put: Finding[];
    /** Ids of those that are gone. */
    gone: string[];
    /** All ids in their new order; only if the order differs after put and gone. */
    order?: string[];
  };
  sources?: SourceStatus[];
}

/** `at` is the server's clock, `judgedAt` when the board was last judged; both epoch ms. */
export interface Heartbeat {
  at: number;
  judgedAt: number;
  revision: number;
  build: string;
}

/** Socket events from server to page. */
export interface ServerEvents {
  board: (board: Board) => void;
  change: (change: Change) => void;
  heartbeat: (beat: Heartbeat) => void;
}

/** Socket events from page to server: `board` asks for the whole board when out of step. */
export interface PageEvents {
  board: () => void;
}

/** The board after `change`, or null if it does not follow on `board` (then ask for the whole board). */
export function applyChange(board: Board, change: Change): Board | null {
  if (change.from !== board.revision) return null;
  const tiles = new Map<Area, Tile>(change.tiles?.map((tile) => [tile.area, tile]));
  return {
    ...board,
    ...change.head,
    revision: change.to,
    judgedAt: change.judgedAt,
    headline: change.headline ?? board.headline,
    tiles: tiles.size === 0 ? board.tiles : board.tiles.map((tile) => tiles.get(tile.area) ?? tile),
    findings: change.findings === undefined ? board.findings : applyFindings(board.findings, change.findings),
    sources: change.sources ?? board.sources,
  };
}

function applyFindings(before: Finding[], { put, gone, order }: NonNullable<Change['findings']>): Finding[] {
  const byId = new Map(before.map((finding) => [finding.id, finding]));
  for (const id of gone) byId.delete(id);
  for (const finding of put) byId.set(finding.id, finding);
  if (order === undefined) return [...byId.values()];
  return order.flatMap((id) => byId.get(id) ?? []);
}
