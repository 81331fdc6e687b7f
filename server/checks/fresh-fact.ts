import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind, FactTypes } from '#server/facts/fact.ts';

/** The fact of an optional kind, or undefined if there is none or its source is not fresh. */
export function freshFact<K extends FactKind>(snapshot: Snapshot, kind: K, key: string): FactTypes[K] | undefined {
  const fact = snapshot.facts(kind).get(key);
  return fact !== undefined && snapshot.sources.get(fact.source)?.fresh === true ? fact : undefined;
}
