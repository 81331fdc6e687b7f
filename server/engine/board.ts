import type { Board, BoardCluster, Headline, Tile } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { areas } from '#shared/area.ts';
import type { SayContext } from '#shared/say.ts';
import type { SourceStatus } from '#shared/source.ts';
import { boundSay } from './bounded.ts';
import { say } from '#shared/say.ts';
import type { SourceView } from './snapshot.ts';
import { sameFinding, sameHeadline, sameSource, sameTile, sameRecord } from './same.ts';

/** What a board is made of, but for its revision. */
export type BoardParts = Omit<Board, 'revision'>;

/** The board before anything was judged: revision 0, nothing known. */
export function firstBoard(build: string, cluster: BoardCluster, timeZone: string): Board {
  const starting = say('starting');
  const tile = { level: 'unknown', figure: { value: '–' }, detail: 'starting', detailSay: starting } as const;
  return {
    revision: 0,
    judgedAt: 0,
    build,
    cluster,
    timeZone,
    headline: {
      level: 'unknown',
      text: 'starting',
      say: starting,
      finding: null,
      also: [],
      counts: { bad: 0, warn: 0, unknown: areas.length },
    },
    tiles: areas.map((area) => ({ area, ...tile, unknownCount: 0, since: 0 })),
    findings: [],
    omitted: {},
    sources: [],
  };
}

/** The next board: parts that say the same as before are the same objects. The revision is still that of `before`. */
export function nextBoard(before: Board, parts: BoardParts): Board {
  const findings = new Map(before.findings.map((finding) => [finding.id, finding]));
  const sources = new Map(before.sources.map((source) => [source.name, source]));
  return {
    ...parts,
    revision: before.revision,
    cluster: sameRecord({ ...before.cluster }, { ...parts.cluster }) ? before.cluster : parts.cluster,
    headline: keep(before.headline, parts.headline, sameHeadline),
    tiles: parts.tiles.map((tile, i) => keep(before.tiles[i], tile, sameTile)),
    findings: parts.findings.map((finding) => keep(findings.get(finding.id), finding, sameFinding)),
    sources: parts.sources.map((source) => keep(sources.get(source.name), source, sameSource)),
  };
}

/** The board with its texts as they read now: for readers that do not render sentences themselves. */
export function renderBoard(board: Board, judgedAt: number, sources: SourceStatus[], context: SayContext): Board {
  return {
    ...board,
    judgedAt,
    headline: renderHeadline(board.headline, context),
    tiles: board.tiles.map((tile): Tile => ({ ...tile, detail: boundSay(tile.detailSay, 500, context).text })),
    findings: board.findings.map((finding) => renderFinding(finding, context)),
    sources,
  };
}

/** A finding with its texts as they read now. */
export function renderFinding(finding: Finding, context: SayContext): Finding {
  return {
    ...finding,
    sentence: boundSay(finding.say, 500, context).text,
    evidence: finding.evidence.map((each) => ({ ...each, text: boundSay(each.say, 200, context).text })),
  };
}

/** Sources as the board shows them. */
export function sourceStatuses(views: Iterable<SourceView>): SourceStatus[] {
  return [...views].map(({ role: _role, fresh: _fresh, ...status }) => status);
}

function renderHeadline(headline: Headline, context: SayContext): Headline {
  return {
    ...headline,
    text: boundSay(headline.say, 500, context).text,
    also: (headline.alsoSay ?? []).map((each) => boundSay(each, 500, context).text),
  };
}

function keep<T>(before: T | undefined, after: T, same: (a: T, b: T) => boolean): T {
  return before !== undefined && same(before, after) ? before : after;
}
