import type { Area } from '#shared/area.ts';
import { findingId } from '#shared/finding.ts';
import { byWorst, type Level } from '#shared/level.ts';
import { say } from '#shared/say.ts';
import type { Check, Verdict } from './define-check.ts';
import type { EngineConfig } from './engine-config.ts';
import { believableSources, missingSources, requiredSources, type SourcesOf } from './freshness.ts';
import type { Memories } from './memories.ts';
import { settingsOf } from './settings-of.ts';
import type { Snapshot } from './snapshot.ts';

/** How many verdicts of one check that are not ok are followed; the worst are, the others are counted as omitted. */
const maxTroubled = 500;
/** A stretch longer than this between two judgements was not watched (law 5). */
const maxElapsedMs = 5_000;

const levels: readonly Level[] = ['ok', 'notice', 'warn', 'bad', 'unknown'];

/** A verdict with its id, the sources it was judged by, and those it is missing: with any, it is not believed. */
export interface JudgedVerdict {
  id: string;
  verdict: Verdict;
  sources: readonly string[];
  missing: string[];
}

/** What one judgement of a check came to. */
export interface CheckRun {
  check: Check;
  area: Area;
  /** In no order; ids are unique. */
  verdicts: JudgedVerdict[];
  /** Required sources that cannot be believed now. */
  blind: string[];
  /** Blind, and still there: a source that was dropped cannot come back to say what has become of its subjects. */
  awaited: ReadonlySet<string>;
  /** Why it threw, "" if it did not. */
  failure: string;
  omitted: number;
  at: number;
  /** Time since its last judgement, at most 5 s, 0 the first time. */
  elapsedMs: number;
  /** The sources that could be believed now, and at the judgement before this one; null if there was none. */
  believed: ReadonlySet<string>;
  believedBefore: ReadonlySet<string> | null;
  forMs: number;
}

/** What a judgement of checks needs. */
export interface RunContext {
  snapshot: Snapshot;
  config: EngineConfig;
  memories: Memories;
  sourcesOf: SourcesOf;
  /** Told once for each new failure of a check. */
  failed(check: string, error: unknown): void;
}

/** Judges one check. What it throws makes it a run with `failure`; nothing is thrown. */
export function runCheck(check: Check, area: Area, before: CheckRun | undefined, context: RunContext): CheckRun {
  const { snapshot, config } = context;
  const believed = believableSources(snapshot);
  const required = requiredSources(check, context.sourcesOf);
  const blind = missingSources(check, null, required, believed, snapshot);
  const head = {
    check,
    area,
    blind,
    awaited: awaitedSources(check, blind, believed, snapshot),
    at: snapshot.now,
    elapsedMs: before === undefined ? 0 : Math.min(maxElapsedMs, Math.max(0, snapshot.now - before.at)),
    believedBefore: before?.believed ?? null,
    believed,
  };
  try {
    const settings = settingsOf(check, config);
    const memory = context.memories.remember(check, snapshot, head.elapsedMs, head.blind.length > 0);
    const { verdicts, omitted } = validated(check, check.judge(snapshot, { settings, memory }));
    const judged = verdicts.map(([id, verdict]) => ({
      id,
      verdict,
      sources: verdict.sources ?? required,
      missing: missingSources(check, verdict, required, believed, snapshot),
    }));
    return { ...head, verdicts: judged, failure: '', omitted, forMs: Math.max(0, check.for?.(settings) ?? 0) };
  } catch (error) {
    const failure = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    if (before?.failure !== failure) context.failed(check.check, error);
    return { ...head, verdicts: [failed(check, failure)], failure, omitted: 0, forMs: 0 };
  }
}

function awaitedSources(
  check: Check,
  blind: readonly string[],
  believed: ReadonlySet<string>,
  snapshot: Snapshot,
): ReadonlySet<string> {
  if (check.judgesStale === true) return new Set(blind);
  return new Set([...blind, ...[...snapshot.sources.keys()].filter((name) => !believed.has(name))]);
}

/** The subject by which a check that threw is named. */
function failed(check: Check, failure: string): JudgedVerdict {
  const subject = { kind: 'Check', name: check.check };
  const verdict: Verdict = {
    subject,
    level: 'unknown',
    say: say('the check {check} failed: {failure}', { check: check.check, failure }),
  };
  return { id: findingId(check.check, subject), verdict, sources: [], missing: [] };
}

function validated(check: Check, verdicts: Verdict[]): { verdicts: [string, Verdict][]; omitted: number } {
  const byId = new Map<string, Verdict>();
  let troubled = 0;
  for (const verdict of verdicts) {
    if (!levels.includes(verdict.level)) throw new Error(`a verdict of level ${String(verdict.level)}`);
    const id = findingId(check.check, verdict.subject, verdict.key);
    const twin = byId.get(id);
    if (twin !== undefined && byWorst(twin.level, verdict.level) <= 0) continue;
    if (verdict.level !== 'ok' && (twin === undefined || twin.level === 'ok')) troubled += 1;
    byId.set(id, verdict);
  }
  const all = [...byId];
  if (troubled <= maxTroubled) return { verdicts: all, omitted: 0 };
  all.sort(([, a], [, b]) => byWorst(a.level, b.level));
  const fine = all.filter(([, { level }]) => level === 'ok');
  return { verdicts: [...all.slice(0, maxTroubled), ...fine], omitted: troubled - maxTroubled };
}
