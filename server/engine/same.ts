import type { Board, Headline, Tile } from '#shared/board.ts';
import type { Evidence, Finding } from '#shared/finding.ts';
import { sameSay, type Say } from '#shared/say.ts';
import type { SourceStatus } from '#shared/source.ts';

/** True if two findings tell the same apart from how time has passed. */
export function sameFinding(a: Finding, b: Finding): boolean {
  if (a === b) return true;
  return (
    a.id === b.id &&
    a.episode === b.episode &&
    a.level === b.level &&
    a.lastLevel === b.lastLevel &&
    a.atLeast === b.atLeast &&
    a.cause === b.cause &&
    a.explains === b.explains &&
    a.latch === b.latch &&
    a.acknowledged?.at === b.acknowledged?.at &&
    a.acknowledged?.meaning === b.acknowledged?.meaning &&
    sameSay(a.say, b.say) &&
    sameList(a.evidence, b.evidence, sameEvidence) &&
    sameList(a.steps, b.steps, (one, other) => one.say === other.say && one.command === other.command) &&
    sameList(a.series, b.series, Object.is)
  );
}

/** True if two tiles of one area show the same. */
export function sameTile(a: Tile, b: Tile): boolean {
  return (
    a.level === b.level &&
    a.unknownCount === b.unknownCount &&
    a.since === b.since &&
    a.figure.value === b.figure.value &&
    a.figure.unit === b.figure.unit &&
    a.figure.rest === b.figure.rest &&
    a.figure.asOf === b.figure.asOf &&
    sameSay(a.detailSay, b.detailSay)
  );
}

/** True if two headlines say the same. */
export function sameHeadline(a: Headline, b: Headline): boolean {
  return (
    a.level === b.level &&
    a.finding === b.finding &&
    sameSay(a.say, b.say) &&
    sameList(a.alsoSay ?? [], b.alsoSay ?? [], sameSay) &&
    sameRecord(a.counts, b.counts)
  );
}

/** True if two sources stand the same. `freshAt` counts only where it stands still: of a source that is not synced. */
export function sameSource(a: SourceStatus, b: SourceStatus): boolean {
  return (
    a.name === b.name &&
    a.state === b.state &&
    a.since === b.since &&
    a.reason === b.reason &&
    (a.freshAt === null) === (b.freshAt === null) &&
    sameRecord(a.restarts ?? {}, b.restarts ?? {})
  );
}

/** True if what stands at the head of two boards is the same. */
export function sameHead(a: Board, b: Board): boolean {
  return (
    sameRecord({ ...a.cluster }, { ...b.cluster }) && a.timeZone === b.timeZone && sameRecord(a.omitted, b.omitted)
  );
}

/** True if two records of simple values are the same. */
export function sameRecord<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.is(a[name], b[name]));
}

/** True if two lists have the same items in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => same(item, b[i] as T)));
}

function sameEvidence(a: Evidence, b: Evidence): boolean {
  return a.kind === b.kind && sameSay(a.say as Say, b.say as Say);
}
