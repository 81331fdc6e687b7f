import type { FactHead } from '#server/facts/fact.ts';
import { sameFact } from './same-fact.ts';

/**
 * The facts of one kind, by source and key. Written in place, handed out as frozen maps: a map that was handed out is
 * copied at the first write after that, so that 500 changes a second cost one copy per judgement that looks, and none
 * if nobody looks.
 */
export interface Shelf {
  /** Goes up with every real change. */
  revision(): number;
  /** All facts by key as of now; the same map while nothing changes. Where two sources bring one key the later source counts. */
  freeze(): ReadonlyMap<string, FactHead>;
  /** Each returns whether anything changed. */
  upsert(source: string, fact: FactHead): boolean;
  replace(source: string, facts: Iterable<FactHead>): boolean;
  remove(source: string, key: string, uid: string | undefined): boolean;
  drop(source: string): boolean;
}

/** An empty shelf. */
export function createShelf(): Shelf {
  const bySource = new Map<string, Map<string, FactHead>>();
  let frozen: ReadonlyMap<string, FactHead> | null = null;
  let revision = 0;

  function changed(): true {
    revision += 1;
    frozen = null;
    return true;
  }

  function writable(source: string): Map<string, FactHead> {
    const held = bySource.get(source);
    if (held !== undefined && held !== frozen) return held;
    const copy = new Map(held);
    bySource.set(source, copy);
    return copy;
  }

  return {
    revision: () => revision,
    freeze() {
      frozen ??= merge([...bySource.values()]);
      return frozen;
    },
    upsert(source, fact) {
      const before = bySource.get(source)?.get(fact.key);
      if (before !== undefined && sameFact(before, fact)) return false;
      writable(source).set(fact.key, fact);
      return changed();
    },
    replace(source, facts) {
      const before = bySource.get(source);
      const after = new Map<string, FactHead>();
      let same = true;
      for (const fact of facts) {
        const held = before?.get(fact.key);
        const kept = held !== undefined && sameFact(held, fact);
        same &&= kept;
        after.set(fact.key, kept ? held : fact);
      }
      if (same && after.size === (before?.size ?? 0)) return false;
      bySource.set(source, after);
      return changed();
    },
    remove(source, key, uid) {
      const held = bySource.get(source)?.get(key);
      if (held === undefined || (uid !== undefined && held.uid !== uid)) return false;
      writable(source).delete(key);
      return changed();
    },
    drop(source) {
      const held = bySource.get(source);
      bySource.delete(source);
      return held !== undefined && held.size > 0 && changed();
    },
  };
}

/** The one map itself where there is only one: handing out costs nothing then. */
function merge(maps: Map<string, FactHead>[]): ReadonlyMap<string, FactHead> {
  const [only, ...rest] = maps;
  if (only === undefined) return new Map();
  return rest.length === 0 ? only : new Map(maps.flatMap((map) => [...map]));
}
