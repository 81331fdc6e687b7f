import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactHead, FactKind, FactTypes } from '#server/facts/fact.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { countRestart, isFresh, newRecord, setState, viewOf, type SourceRecord } from './source-record.ts';
import type { SourceSink } from './source-sink.ts';

/** What changed since the listeners were last called: kinds of fact, and whether any source's state or freshness did. */
export interface StoreChange {
  kinds: ReadonlySet<FactKind>;
  sources: boolean;
}

/** All facts and sources of one cluster: sources write, the engine reads. */
export interface Store extends SourceSink {
  /**
   * Everything as of `now` (default: the clock). Taking one costs nothing; a kind is frozen when first asked for, so
   * ask while judging, before anything else runs.
   */
  snapshot(now?: number, identity?: Snapshot['identity']): Snapshot;
  /** Called in a microtask after a change, once for many. Returns the way to stop. */
  onChange(listener: (changed: StoreChange) => void): () => void;
  /** Goes up with every real change of a kind. */
  revisionOf(kind: FactKind): number;
  /** Names of the sources that bring a kind, in the order of their declaration. */
  sourcesOf(kind: FactKind): readonly string[];
}

/** An empty store. `clock` gives epoch ms. */
export function createStore({ clock }: { clock: () => number }): Store {
  const sources = new Map<string, SourceRecord>();
  const shelves = new Map<FactKind, Shelf>();
  const bringers = new Map<FactKind, readonly string[]>();
  const announcer = createAnnouncer();

  const shelf = (kind: FactKind): Shelf => {
    const held = shelves.get(kind) ?? createShelf();
    shelves.set(kind, held);
    return held;
  };
  const note = (kind: FactKind, changed: boolean): void => {
    if (changed) announcer.facts(kind);
  };
  const dropFacts = (source: string): void => {
    for (const [kind, held] of shelves) note(kind, held.drop(source));
  };

  return {
    ...sourceCalls(sources, clock, announcer.sources, dropFacts, () => bringers.clear()),
    replace: (source, kind, facts) => note(kind, shelf(kind).replace(source, facts)),
    upsert: (source, kind, fact) => note(kind, shelf(kind).upsert(source, fact)),
    remove: (source, kind, key, uid) => note(kind, shelf(kind).remove(source, key, uid)),
    snapshot: (now = clock(), identity = { remembered: '', current: '' }) => ({
      now,
      identity,
      facts: frozenOnce(shelf),
      sources: new Map([...sources].map(([name, record]) => [name, viewOf(record, now)])),
    }),
    onChange: announcer.onChange,
    revisionOf: (kind) => shelves.get(kind)?.revision() ?? 0,
    sourcesOf: (kind) => {
      // Asked for every check at every judgement, while sources are declared once.
      const names = bringers.get(kind) ?? bringing(sources, kind);
      bringers.set(kind, names);
      return names;
    },
  };
}

function bringing(sources: ReadonlyMap<string, SourceRecord>, kind: FactKind): readonly string[] {
  const records = [...sources.values()].filter(({ declaration }) => declaration.kinds.includes(kind));
  return records.map(({ declaration }) => declaration.name);
}

/** Facts by kind; what was once handed out stays the same for this snapshot. */
function frozenOnce(shelf: (kind: FactKind) => Shelf): Snapshot['facts'] {
  const asked = new Map<FactKind, ReadonlyMap<string, FactHead>>();
  return <K extends FactKind>(kind: K) => {
    const facts = asked.get(kind) ?? shelf(kind).freeze();
    asked.set(kind, facts);
    return facts as ReadonlyMap<string, FactTypes[K]>;
  };
}

type SourceCalls = Pick<SourceSink, 'declare' | 'state' | 'fresh' | 'restarted' | 'drop'>;

function sourceCalls(
  sources: Map<string, SourceRecord>,
  clock: () => number,
  changed: () => void,
  dropFacts: (source: string) => void,
  declaredAnew: () => void,
): SourceCalls {
  return {
    declare(declaration) {
      const known = sources.get(declaration.name);
      if (known === undefined) sources.set(declaration.name, newRecord(declaration, clock()));
      else Object.assign(known, { declaration, staleAfterMs: declaration.staleAfterMs });
      declaredAnew();
      changed();
    },
    state(source, state, reason = '') {
      const record = sources.get(source);
      if (record === undefined || !setState(record, state, reason, clock())) return;
      // What is not installed does not exist: nothing of it may linger.
      if (state === 'absent') dropFacts(source);
      changed();
    },
    fresh(source, at, staleAfterMs) {
      const record = sources.get(source);
      if (record === undefined) return;
      const before = isFresh(record, clock());
      record.freshAt = at;
      record.staleAfterMs = staleAfterMs ?? record.staleAfterMs;
      if (isFresh(record, clock()) !== before) changed();
    },
    restarted(source, reason) {
      const record = sources.get(source);
      if (record === undefined) return;
      countRestart(record, reason);
      changed();
    },
    drop(source) {
      dropFacts(source);
      declaredAnew();
      if (sources.delete(source)) changed();
    },
  };
}

interface Announcer {
  facts(kind: FactKind): void;
  sources(): void;
  onChange(listener: (changed: StoreChange) => void): () => void;
}

function createAnnouncer(): Announcer {
  const listeners = new Set<(changed: StoreChange) => void>();
  let kinds = new Set<FactKind>();
  let sources = false;
  let waiting = false;

  function announceSoon(): void {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      const changed = { kinds, sources };
      kinds = new Set();
      sources = false;
      waiting = false;
      for (const listener of listeners) listener(changed);
    });
  }

  return {
    facts(kind) {
      kinds.add(kind);
      announceSoon();
    },
    sources() {
      sources = true;
      announceSoon();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
