import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { SourceDeclaration, SourceSink } from '#server/store/source-sink.ts';

/** A sink that keeps what it was told, to be looked at. */
export interface RecordedSink extends SourceSink {
  readonly declared: SourceDeclaration[];
  readonly states: string[];
  readonly freshAt: number[];
  readonly dropped: string[];
  /** All facts of a kind, in the order told. */
  facts<K extends FactKind>(kind: K): FactTypes[K][];
  /** The fact told last. Throws if there is none. */
  last<K extends FactKind>(kind: K): FactTypes[K];
}

export function recordedSink(): RecordedSink {
  const told: { kind: FactKind; fact: unknown }[] = [];
  const sink = {
    declared: [] as SourceDeclaration[],
    states: [] as string[],
    freshAt: [] as number[],
    dropped: [] as string[],
  };
  const facts = <K extends FactKind>(kind: K) =>
    told.filter((entry) => entry.kind === kind).map(({ fact }) => fact as FactTypes[K]);
  return {
    ...sink,
    facts,
    last(kind) {
      const fact = facts(kind).at(-1);
      if (fact === undefined) throw new Error(`no ${kind} has been told`);
      return fact;
    },
    declare: (source) => void sink.declared.push(source),
    state: (source, state) => void sink.states.push(`${source} ${state}`),
    fresh: (_, at) => void sink.freshAt.push(at),
    restarted: () => undefined,
    replace: () => undefined,
    upsert: (_, kind, fact) => void told.push({ kind, fact }),
    remove: () => undefined,
    drop: (source) => void sink.dropped.push(source),
  };
}
