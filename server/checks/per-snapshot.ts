import type { FactKind } from '#server/facts/fact.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';

type WorkOut<T> = (snapshot: Snapshot) => T;

/** Works something out of a snapshot once, however many checks and rules of causes ask for it. */
export function perSnapshot<T extends NonNullable<unknown>>(workOut: WorkOut<T>): WorkOut<T> {
  const kept = new WeakMap<Snapshot, T>();
  return (snapshot) => {
    const before = kept.get(snapshot);
    if (before !== undefined) return before;
    const worked = workOut(snapshot);
    kept.set(snapshot, worked);
    return worked;
  };
}

/**
 * The same, and for as long as no fact of these kinds changes: the very same from snapshot to snapshot. `workOut` looks at
 * nothing else.
 */
export function perFacts<T extends NonNullable<unknown>>(kinds: readonly FactKind[], workOut: WorkOut<T>): WorkOut<T> {
  const kept = new WeakMap<object, { maps: readonly object[]; worked: T }>();
  return (snapshot) => {
    const maps = kinds.map((kind) => snapshot.facts(kind));
    const [first = snapshot] = maps;
    const before = kept.get(first);
    if (before?.maps.every((map, i) => map === maps[i])) return before.worked;
    const worked = workOut(snapshot);
    kept.set(first, { maps, worked });
    return worked;
  };
}
