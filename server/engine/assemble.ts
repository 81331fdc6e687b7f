import type { Board, BoardCluster } from '#shared/board.ts';
import type { SayContext } from '#shared/say.ts';
import { sourceStatuses, type BoardParts } from './board.ts';
import { makeHeadline } from './headline.ts';
import type { Judgement } from './judgement.ts';
import { cutFindings } from './ranking.ts';
import { makeTiles } from './tiles.ts';
import type { TileTimes } from './tile-times.ts';

/** What a board says beside what was judged. */
export interface BoardFrame extends Pick<Board, 'build' | 'timeZone'> {
  cluster: BoardCluster;
  tileTimes: TileTimes;
}

/** Puts a judgement together into what the board shows. */
export function assembleBoard(judgement: Judgement, frame: BoardFrame, context: SayContext): BoardParts {
  const { snapshot, findings, areas, omitted, stillAnswers } = judgement;
  const { listed, omitted: unlisted } = cutFindings(findings);
  for (const [check, count] of Object.entries(omitted)) unlisted[check] = (unlisted[check] ?? 0) + count;
  const tiles = makeTiles(areas, frame.tileTimes, context);
  return {
    judgedAt: snapshot.now,
    build: frame.build,
    cluster: frame.cluster,
    timeZone: frame.timeZone,
    headline: makeHeadline(tiles, findings, stillAnswers, context),
    tiles,
    findings: listed,
    omitted: unlisted,
    sources: sourceStatuses(snapshot.sources.values()),
  };
}
