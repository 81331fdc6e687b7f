import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import { identityOf } from '#server/facts/identity.ts';
import type { Intern } from '#server/facts/read-raw.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import type { KindRow } from './kind-row.ts';

type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Where the raw objects of one kind become facts and go to the sink. */
export interface FactTarget {
  /** A whole new state begins: what was gathered of an earlier attempt is forgotten, the sink keeps the old facts. */
  begin(): void;
  /** An object of the state that is being gathered. */
  gather(change: Change, raw: unknown): void;
  /** The gathered state replaces the old one in the sink. */
  publish(): void;
  /** A change to what the sink holds. */
  apply(change: Change, raw: unknown): void;
  /** There are no such objects any more. */
  clear(): void;
}

/** The target of one kind. Where only the newest are kept, the oldest leave the sink as new ones come. */
export function factTarget<K extends FactKind>(kind: KindRow<K>, sink: SourceSink, intern: Intern): FactTarget {
  const { source, newest } = kind;
  const most = newest?.most ?? Infinity;
  let gathered = new Map<string, FactTypes[K]>();
  /** Keys of the facts in the sink, oldest first; only kept where there is a limit. */
  const held = new Set<string>();

  function hold(key: string): void {
    if (newest === undefined) return;
    held.delete(key);
    held.add(key);
    const [oldest] = held;
    if (held.size > most && oldest !== undefined) letGo(oldest);
  }

  function letGo(key: string, uid?: string): void {
    held.delete(key);
    sink.remove(source, kind.kind, key, uid);
  }

  /** The newest of what was gathered, oldest of them first. */
  function newestOf(facts: Map<string, FactTypes[K]>): Map<string, FactTypes[K]> {
    if (newest === undefined) return facts;
    const sorted = [...facts].sort(([, a], [, b]) => newest.at(a) - newest.at(b));
    return new Map(sorted.slice(-most));
  }

  return {
    begin() {
      gathered = new Map();
    },
    gather(change, raw) {
      const fact = change === 'DELETED' ? null : kind.fact(raw, source, intern);
      const key = fact?.key ?? identityOf(raw)?.key;
      if (fact !== null) gathered.set(fact.key, fact);
      else if (key !== undefined) gathered.delete(key);
      if (gathered.size > 2 * most) gathered = newestOf(gathered);
    },
    publish() {
      const facts = newestOf(gathered);
      gathered = new Map();
      held.clear();
      if (newest !== undefined) for (const key of facts.keys()) held.add(key);
      sink.replace(source, kind.kind, facts.values());
    },
    apply(change, raw) {
      const fact = change === 'DELETED' ? null : kind.fact(raw, source, intern);
      if (fact !== null) {
        sink.upsert(source, kind.kind, fact);
        hold(fact.key);
        return;
      }
      const identity = identityOf(raw);
      // A new object that is not wanted was never in the sink.
      if (identity !== null && change !== 'ADDED') letGo(identity.key, identity.uid);
    },
    clear() {
      gathered = new Map();
      held.clear();
      sink.replace(source, kind.kind, []);
    },
  };
}
