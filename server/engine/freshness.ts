import { sourceOfKind, type FactKind } from '#server/facts/fact.ts';
import type { Check } from './define-check.ts';
import type { Snapshot } from './snapshot.ts';
import type { Believing } from './verdict-list.ts';

/** Which sources bring a kind of fact: the declared ones, else the one it would come from. */
export type SourcesOf = (kind: FactKind) => readonly string[];

/**
 * Names of the sources whose word counts now: fresh ones, and absent ones (what is not installed is known not to be
 * there).
 */
export function believableSources(snapshot: Snapshot): ReadonlySet<string> {
  const before = believable.get(snapshot);
  if (before !== undefined) return before;
  const names = new Set<string>();
  for (const [name, { fresh, state }] of snapshot.sources) if (fresh || state === 'absent') names.add(name);
  believable.set(snapshot, names);
  return names;
}

/**
 * Names of probes that are run and have not yet looked at all their subjects a first time: what they do not tell of may be
 * as it was before the start.
 */
export function stillLookingSources(snapshot: Snapshot): ReadonlySet<string> {
  const held = stillLooking.get(snapshot);
  if (held !== undefined) return held;
  const names = new Set<string>();
  for (const [name, { fresh, state }] of snapshot.sources) if (fresh && state === 'syncing') names.add(name);
  stillLooking.set(snapshot, names);
  return names;
}

const stillLooking = new WeakMap<Snapshot, ReadonlySet<string>>();

/** Every check and figure asks for them. */
const believable = new WeakMap<Snapshot, ReadonlySet<string>>();

/** By which sources a check's verdicts are believed now, and which of them are missing. */
export function believingOf(check: Check, required: readonly string[], snapshot: Snapshot): Believing {
  const believed = believableSources(snapshot);
  const judge = (sources: readonly string[]) => {
    const missing = missingSources(check, { sources }, required, believed, snapshot);
    return { sources, missing: missing.length === 0 ? none : missing };
  };
  const usual = judge(required);
  return {
    complete: believed.size === snapshot.sources.size && usual.missing.length === 0,
    of: ({ sources }) => (sources === undefined ? usual : judge(sources)),
  };
}

const none: readonly string[] = [];

/** Sources by kind, with the fall-back for kinds that nobody has declared (yet). */
export function sourcesOrDefault(sourcesOf: SourcesOf): SourcesOf {
  return (kind) => {
    const declared = sourcesOf(kind);
    return declared.length === 0 ? [sourceOfKind[kind]] : declared;
  };
}

/** The kinds a check needs as `required` or as `optional`. */
export function kindsNeeded(check: Check, how: 'required' | 'optional'): FactKind[] {
  return (Object.keys(check.needs) as FactKind[]).filter((kind) => check.needs[kind] === how);
}

/** The sources of all required kinds of a check. */
export function requiredSources(check: Check, sourcesOf: SourcesOf): string[] {
  return [...new Set(kindsNeeded(check, 'required').flatMap((kind) => sourcesOf(kind)))];
}

/**
 * The sources without which a verdict cannot be believed: those it names, else those of the required kinds. None for
 * a check that judges stale facts, unless a source was never seen at all: then there was nothing to judge.
 */
export function missingSources(
  check: Check,
  verdict: { sources?: readonly string[] } | null,
  required: readonly string[],
  believable: ReadonlySet<string>,
  snapshot: Snapshot,
): string[] {
  const missing = (verdict?.sources ?? required).filter((name) => !believable.has(name));
  if (check.judgesStale !== true) return missing;
  return verdict === null ? missing.filter((name) => (snapshot.sources.get(name)?.freshAt ?? null) === null) : [];
}
