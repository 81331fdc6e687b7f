import type { Board } from '#shared/board.ts';
import type { Change } from '#shared/change.ts';
import type { Finding } from '#shared/finding.ts';
import { sameFinding, sameHead, sameHeadline, sameList, sameRecord, sameSource, sameTile } from './same.ts';

/** What turns board `a` into `b`. Texts rendered at another moment and times that merely go on do not count. */
export function diffBoards(a: Board, b: Board): Change {
  const tiles = b.tiles.filter((tile, i) => {
    const before = a.tiles[i];
    return before === undefined || !sameTile(before, tile);
  });
  const findings = diffFindings(a.findings, b.findings);
  return {
    from: a.revision,
    to: b.revision,
    judgedAt: b.judgedAt,
    ...(sameHead(a, b) ? {} : { head: diffHead(a, b) }),
    ...(sameHeadline(a.headline, b.headline) ? {} : { headline: b.headline }),
    ...(tiles.length === 0 ? {} : { tiles }),
    ...(findings === null ? {} : { findings }),
    ...(sameList(a.sources, b.sources, sameSource) ? {} : { sources: b.sources }),
  };
}

/** True if a change says nothing but that time has passed. */
export function isEmptyChange({ head, headline, tiles, findings, sources }: Change): boolean {
  return [head, headline, tiles, findings, sources].every((part) => part === undefined);
}

function diffHead(a: Board, b: Board): NonNullable<Change['head']> {
  return {
    ...(sameRecord({ ...a.cluster }, { ...b.cluster }) ? {} : { cluster: b.cluster }),
    ...(a.timeZone === b.timeZone ? {} : { timeZone: b.timeZone }),
    ...(sameRecord(a.omitted, b.omitted) ? {} : { omitted: b.omitted }),
  };
}

function diffFindings(a: readonly Finding[], b: readonly Finding[]): NonNullable<Change['findings']> | null {
  const before = new Map(a.map((finding) => [finding.id, finding]));
  const after = new Set(b.map(({ id }) => id));
  const put = b.filter((finding) => {
    const old = before.get(finding.id);
    return old === undefined || !sameFinding(old, finding);
  });
  const gone = a.filter(({ id }) => !after.has(id)).map(({ id }) => id);
  // As the page will have them: the old ones that stay in their places, new ones behind.
  const unordered = [...a.filter(({ id }) => after.has(id)), ...b.filter(({ id }) => !before.has(id))];
  const ordered = sameList(unordered, b, (one, other) => one.id === other.id);
  if (put.length === 0 && gone.length === 0 && ordered) return null;
  return { put, gone, ...(ordered ? {} : { order: b.map(({ id }) => id) }) };
}
