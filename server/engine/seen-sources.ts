import { sourceOfKind, type FactKind } from '#server/facts/fact.ts';
import type { Kept } from '#server/history/keeper.ts';
import type { Check } from './define-check.ts';
import { believableSources, kindsNeeded, type SourcesOf } from './freshness.ts';
import { isOfSingleSubjects } from './looked.ts';
import type { CheckRun } from './run-checks.ts';
import type { Snapshot } from './snapshot.ts';

/** Under this name the sources that were seen are kept beside what checks remember. */
export const seenSourcesName = 'seen-sources';
const version = 1;

/** As many as a cluster has nodes, and many more. */
const mostSeen = 6_000;

/** Remembers that `source` was seen; one that finds no room is not remembered. */
export function rememberSeen(seen: Set<string>, source: string): void {
  if (seen.size < mostSeen) seen.add(source);
}

/** What was kept, if anything was. */
export function seenBefore(kept: Kept['memories'][string] | undefined): Set<string> {
  return new Set(kept?.version === version ? Object.keys(kept.subjects).slice(0, mostSeen) : []);
}

/** As kept on disk. */
export function keptSeen(seen: ReadonlySet<string>): Kept['memories'][string] {
  return { version, subjects: Object.fromEntries([...seen].map((source) => [source, true])) };
}

/**
 * The sources of single subjects that were seen before, maybe before a restart, and are silent now: without this nothing would be
 * said of fine subjects that were not measured since. Of all `seen` only those that these checks are judged by: each area has its
 * own, and drops none of another. Brings `seen` up to date. `isOpen`: their silence is told already.
 */
export function silentSources(
  seen: Set<string>,
  runs: readonly CheckRun[],
  { snapshot, sourcesOf, isOpen }: { snapshot: Snapshot; sourcesOf: SourcesOf; isOpen: (source: string) => boolean },
): string[] {
  const of = runs.filter(({ check }) => kindsOf(check).length > 0);
  if (of.length === 0) return [];
  const believable = believableSources(snapshot);
  const kinds = [...new Set(of.flatMap(({ check }) => kindsOf(check)))];
  const declared = new Set(kinds.flatMap((kind) => sourcesOf(kind)));
  for (const name of declared) if (believable.has(name)) rememberSeen(seen, name);
  const settled = of.every(({ looked }) => looked.settled);
  const own = [...seen].filter((name) => declared.has(name) || kinds.some((kind) => isSourceOf(kind, name)));
  for (const name of own) if (settled && !declared.has(name)) seen.delete(name);
  return own.filter((name) => {
    if (!seen.has(name)) return false;
    if (believable.has(name)) return false;
    const state = snapshot.sources.get(name)?.state ?? 'syncing';
    // One that has not been asked yet is not silent, unless it was so before.
    return state === 'syncing' ? isOpen(name) : state !== 'forbidden';
  });
}

function kindsOf(check: Check): FactKind[] {
  return kindsNeeded(check, 'optional').filter(isOfSingleSubjects);
}

/** True for `kubelet/nuc0` of the kind that `kubelet/*` brings. */
function isSourceOf(kind: FactKind, name: string): boolean {
  const source = sourceOfKind[kind];
  return source.endsWith('/*') && name.startsWith(source.slice(0, -1));
}
