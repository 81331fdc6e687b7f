import type { Area } from '#shared/area.ts';
import type { Moment } from '#shared/history.ts';
import { say } from '#shared/say.ts';
import type { Check, TrendOf, Verdict } from './define-check.ts';
import type { EngineConfig } from './engine-config.ts';
import {
  believableSources,
  believingOf,
  missingSources,
  requiredSources,
  stillLookingSources,
  type SourcesOf,
} from './freshness.ts';
import { lookAt, type Looked } from './looked.ts';
import type { Memories } from './memories.ts';
import { settingsOf } from './settings-of.ts';
import type { Snapshot } from './snapshot.ts';
import { asItIs, listVerdicts, type VerdictList } from './verdict-list.ts';

/** A stretch longer than this between two judgements was not watched (law 5). */
const maxElapsedMs = 5_000;

/** What one judgement of a check came to. */
export interface CheckRun {
  check: Check;
  area: Area;
  verdicts: VerdictList;
  /** What it remembered, by subject. */
  memory: ReadonlyMap<string, unknown>;
  /** Required sources that cannot be believed now. */
  blind: readonly string[];
  /** Blind, and still there: a source that was dropped cannot come back to say what has become of its subjects. */
  awaited: ReadonlySet<string>;
  /** Probes that have not yet looked at all their subjects since the start. */
  stillLooking: ReadonlySet<string>;
  /** What is known of its sources since the start. */
  looked: Looked;
  /** Why it threw, "" if it did not. */
  failure: string;
  at: number;
  /** Time since its last judgement, at most 5 s, 0 the first time. */
  elapsedMs: number;
  /** The sources that could be believed now, and at the judgement before this one; null if there was none. */
  believed: ReadonlySet<string>;
  believedBefore: ReadonlySet<string> | null;
  forMs: number;
  calmsMs: number;
}

/** What a judgement of checks needs. */
export interface RunContext {
  snapshot: Snapshot;
  config: EngineConfig;
  memories: Memories;
  sourcesOf: SourcesOf;
  /** What a check may compare with. */
  trendsOf?: (check: Check, snapshot: Snapshot) => TrendOf;
  /** What the timeline tells of the last 24 h. */
  moments?: readonly Moment[];
  /** What of a check has an open finding, as its memory names it. */
  openOf?: (check: Check) => ReadonlySet<string>;
  /** Told once for each new failure of a check. */
  failed(check: string, error: unknown): void;
}

const noTrend: TrendOf = () => [];

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
    stillLooking: stillLookingSources(snapshot),
    looked: lookAt(check, before?.looked ?? null, snapshot, context.sourcesOf),
    at: snapshot.now,
    elapsedMs: before === undefined ? 0 : Math.min(maxElapsedMs, Math.max(0, snapshot.now - before.at)),
    believedBefore: before?.believed ?? null,
    believed,
  };
  try {
    const settings = settingsOf(check, config);
    const memory = context.memories.remember(check, {
      ...{ snapshot, elapsedMs: head.elapsedMs, blind: head.blind.length > 0 },
      open: () => context.openOf?.(check) ?? new Set(),
    });
    const verdicts = listVerdicts(
      check,
      check.judge(snapshot, {
        ...{ settings, memory, memoryOf: context.memories.of, moments: context.moments ?? [] },
        trend: context.trendsOf?.(check, snapshot) ?? noTrend,
      }),
      believingOf(check, required, snapshot),
    );
    const forMs = Math.max(0, check.for?.(settings) ?? 0);
    const calmsMs = Math.min(forMs, check.calmsMs ?? forMs);
    return { ...head, verdicts, memory, failure: '', forMs, calmsMs };
  } catch (error) {
    const failure = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    if (before?.failure !== failure) context.failed(check.check, error);
    const verdicts = listVerdicts(check, [failed(check, failure)], asItIs);
    return { ...head, verdicts, memory: context.memories.of(check.check), failure, forMs: 0, calmsMs: 0 };
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

/** The verdict by which a check that threw is named. */
function failed({ check }: Check, failure: string): Verdict {
  return {
    subject: { kind: 'Check', name: check },
    level: 'unknown',
    say: say('the check {check} failed: {failure}', { check, failure }),
  };
}
