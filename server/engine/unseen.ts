import type { Area } from '#shared/area.ts';
import { findingId, subjectId, type Subject } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import type { SourceState } from '#shared/source.ts';
import type { Check, Verdict } from './define-check.ts';
import type { Tracks } from './episodes.ts';
import { lookedAtAll } from './looked.ts';
import type { CheckRun } from './run-checks.ts';
import type { Snapshot, SourceView } from './snapshot.ts';
import { asItIs, listVerdicts, type VerdictList } from './verdict-list.ts';

/** What a source brings, in the owner's words; a source that is not named here is called by its own name. */
const words: Record<string, string> = {
  leases: 'node heartbeats',
  apiservices: 'aggregated APIs',
  'api-door': "the API's door",
  'api-handshake': "the API's certificate",
  rights: 'our rights',
  tls: 'what TLS servers show',
  certificates: "cert-manager's Certificates",
};

/** What kubelets bring of their nodes, by what the names of their sources begin with. */
const ofKubelets: readonly [prefix: string, words: string][] = [
  ['kubelet/', 'disk and memory of'],
  ['kubelet-certificates/', "Kubernetes' own certificates on"],
];

/** What a kubelet brings of its node. */
function ofKubelet(name: string): string | undefined {
  const [prefix = '', text = ''] = ofKubelets.find(([start]) => name.startsWith(start)) ?? [];
  return prefix === '' ? undefined : `${text} ${name.slice(prefix.length)}`;
}

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

/** Collects what an area cannot see; `silent` are sources that are to be told whatever the checks say. What has a finding of its own among `tracksOf` a check is told by that. */
export function unseenOf(
  runs: readonly CheckRun[],
  silent: readonly string[],
  tracksOf: (check: string) => Tracks | undefined,
): Unseen {
  const unseen = new Map<string, { ids: Set<string>; known: Set<Subject> }>();
  const entry = (source: string) => {
    const held = unseen.get(source) ?? { ids: new Set(), known: new Set() };
    unseen.set(source, held);
    return held;
  };
  for (const source of silent) entry(source);
  for (const { check, blind, verdicts } of runs) {
    for (const source of blind) entry(source);
    for (const { subject, missing } of unseenVerdicts(verdicts, tracksOf(check.check))) {
      for (const source of missing) {
        const { ids, known } = entry(source);
        // Checks of one area speak of the same subjects: thousands of ids need not be made by each of them.
        if (known.has(subject)) continue;
        known.add(subject);
        ids.add(subjectId(subject));
      }
    }
  }
  return new Map([...unseen].map(([source, { ids }]) => [source, ids]));
}

function* unseenVerdicts(
  { check, raw, troubled, believing }: VerdictList,
  tracks: Tracks = new Map(),
): Generator<{ subject: Subject; missing: readonly string[] }> {
  if (believing.complete) return;
  const open = new Map([...tracks].filter(([, { episode }]) => episode !== null));
  const names = new Set([...open.values()].map(({ subject }) => subject.name));
  for (const verdict of raw) {
    const { missing } = believing.of(verdict);
    if (missing.length === 0) continue;
    const id =
      verdict.level !== 'ok' || names.has(verdict.subject.name) ? findingId(check, verdict.subject, verdict.key) : '';
    // What was too much to follow is not counted either.
    if (open.has(id) || (verdict.level !== 'ok' && !troubled.has(id))) continue;
    yield { subject: verdict.subject, missing };
  }
}

/**
 * One finding for each source that an area cannot see, as a judgement of the area's `unseen` check. `keptAt` (epoch ms):
 * when a source was last seen before our start, null where that is not known.
 */
export function unseenRun(
  check: Check,
  area: Area,
  unseen: Unseen,
  snapshot: Snapshot,
  first: boolean,
  keptAt: (source: string) => number | null = () => null,
): CheckRun {
  const none: ReadonlySet<string> = new Set();
  return {
    check,
    area,
    verdicts: listVerdicts(
      check,
      [...unseen].map(([source, subjects]) =>
        unseenVerdict(source, subjects.size, snapshot.sources.get(source), keptAt(source)),
      ),
      asItIs,
    ),
    blind: [],
    awaited: none,
    stillLooking: none,
    looked: lookedAtAll,
    failure: '',
    at: snapshot.now,
    elapsedMs: 0,
    believed: none,
    believedBefore: first ? null : none,
    forMs: 0,
    calmsMs: 0,
    memory: new Map(),
  };
}

function reasonOf(source: SourceView | undefined): string {
  // A probe is stale only if we did not run it.
  if (source?.role === 'probe' && source.freshAt !== null) return 'it was not asked';
  return reasons[source?.state ?? 'syncing'] ?? 'no answer';
}

function unseenVerdict(name: string, count: number, source: SourceView | undefined, keptAt: number | null): Verdict {
  const known = words[name] ?? ofKubelet(name);
  const what = known ?? name;
  const reason = source?.reason ?? reasonOf(source);
  const at = source?.freshAt ?? keptAt;
  const head = { subject: { kind: 'Source', name }, level: 'unknown' as const };
  // A kubelet that was never seen is none of those that are told here: it was before our start.
  if (at === null && ofKubelet(name) !== undefined)
    return { ...head, say: say('{what} not seen since the wall started: {reason}', { what, reason }) };
  if (at === null) return { ...head, say: say('{what} not seen yet: {reason}', { what, reason }) };
  // Only a source that is called after its subjects can be counted by them: "4 nodes".
  const counted = count > 0 && known === undefined;
  const text = counted
    ? say('{count} {what} not seen since {at:at}: {reason}', { count, what, at, reason })
    : say('{what} not seen since {at:at}: {reason}', { what, at, reason });
  return { ...head, startedAt: at, say: text };
}
