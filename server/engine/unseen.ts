import type { Area } from '#shared/area.ts';
import { findingId, subjectId } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import type { SourceState } from '#shared/source.ts';
import type { Check, Verdict } from './define-check.ts';
import type { CheckRun } from './run-checks.ts';
import type { Snapshot, SourceView } from './snapshot.ts';
import { plainList } from './verdict-list.ts';

/** What a source brings, in the owner's words; a source that is not named here is called by its own name. */
const words: Record<string, string> = {
  leases: 'node heartbeats',
  apiservices: 'aggregated APIs',
  'api-door': "the API's door",
  'api-handshake': "the API's certificate",
  rights: 'our rights',
};

const reasons: Partial<Record<SourceState, string>> = {
  syncing: 'connecting',
  stale: 'no sign of life on its connection',
  forbidden: 'forbidden',
  unauthorized: 'our credentials are refused',
  untrusted: 'the certificate of the API is not trusted',
  unreachable: 'the API cannot be reached',
};

/** The check by which the findings of sources that cannot be seen are named: `nodes/unseen`. */
export function unseenCheck(area: Area): Check {
  return {
    check: `${area}/unseen`,
    about: 'What cannot be seen, since when and why',
    needs: {},
    settings: {},
    judge: () => [],
  };
}

/** Fine subjects that cannot be seen, by the source they are missing. */
export type Unseen = ReadonlyMap<string, ReadonlySet<string>>;

/** Collects what an area cannot see: `open` tells which verdicts have a finding of their own. */
export function unseenOf(
  runs: readonly CheckRun[],
  figureSources: readonly string[],
  open: (id: string, check: string) => boolean,
): Unseen {
  const unseen = new Map<string, Set<string>>();
  const subjectsOf = (source: string): Set<string> => {
    const subjects = unseen.get(source) ?? new Set();
    unseen.set(source, subjects);
    return subjects;
  };
  for (const source of figureSources) subjectsOf(source);
  for (const { check, blind, verdicts } of runs) {
    for (const source of blind) subjectsOf(source);
    for (const { id, verdict, missing } of verdicts.unseen) {
      if (open(id, check.check)) continue;
      for (const source of missing) subjectsOf(source).add(subjectId(verdict.subject));
    }
  }
  return unseen;
}

/** One finding for each source that an area cannot see, as a judgement of the area's `unseen` check. */
export function unseenRun(check: Check, area: Area, unseen: Unseen, snapshot: Snapshot, first: boolean): CheckRun {
  const none: ReadonlySet<string> = new Set();
  return {
    check,
    area,
    verdicts: plainList(
      [...unseen].map(([source, subjects]) => {
        const verdict = unseenVerdict(source, subjects.size, snapshot.sources.get(source));
        return { id: findingId(check.check, verdict.subject), verdict, sources: [], missing: [] };
      }),
    ),
    listed: null,
    blind: [],
    awaited: none,
    failure: '',
    at: snapshot.now,
    elapsedMs: 0,
    believed: none,
    believedBefore: first ? null : none,
    forMs: 0,
  };
}

function reasonOf(source: SourceView | undefined): string {
  // A probe is stale only if we did not run it.
  if (source?.role === 'probe' && source.freshAt !== null) return 'it was not asked';
  return reasons[source?.state ?? 'syncing'] ?? 'no answer';
}

function unseenVerdict(name: string, count: number, source: SourceView | undefined): Verdict {
  const what = words[name] ?? name;
  const reason = source?.reason ?? reasonOf(source);
  const at = source?.freshAt ?? null;
  const head = { subject: { kind: 'Source', name }, level: 'unknown' as const };
  if (at === null) return { ...head, say: say('{what} not seen yet: {reason}', { what, reason }) };
  // Only a source that is called after its subjects can be counted by them: "4 nodes".
  const counted = count > 0 && words[name] === undefined;
  const text = counted
    ? say('{count} {what} not seen since {at:at}: {reason}', { count, what, at, reason })
    : say('{what} not seen since {at:at}: {reason}', { what, at, reason });
  return { ...head, startedAt: at, say: text };
}
