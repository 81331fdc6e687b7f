import type { FactHead } from '#server/facts/fact.ts';
import type { SourceDeclaration, SourceSink } from '#server/store/source-sink.ts';
import type { SourceState } from '#shared/source.ts';

/** What one source has told. */
export interface RecordedSource {
  declared: SourceDeclaration | null;
  states: { state: SourceState; reason: string | undefined }[];
  freshAt: number | null;
  restarts: Record<string, number>;
  facts: Map<string, FactHead>;
  replaced: number;
}

/** A sink that keeps what it is told, and counts what must not happen. */
export interface RecordingSink extends SourceSink {
  of(source: string): RecordedSource;
}

/** An empty sink. */
export function recordingSink(): RecordingSink {
  const sources = new Map<string, RecordedSource>();
  const of = (source: string): RecordedSource => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    const made = { declared: null, states: [], freshAt: null, restarts: {}, facts: new Map(), replaced: 0 };
    sources.set(source, made);
    return made;
  };
  return {
    of,
    declare: (declaration) => void (of(declaration.name).declared = declaration),
    state: (source, state, reason) => void of(source).states.push({ state, reason }),
    fresh: (source, at) => void (of(source).freshAt = at),
    restarted(source, reason) {
      const { restarts } = of(source);
      restarts[reason] = (restarts[reason] ?? 0) + 1;
    },
    replace(source, _kind, facts) {
      of(source).facts = new Map([...facts].map((fact) => [fact.key, fact]));
      of(source).replaced += 1;
    },
    upsert: (source, _kind, fact) => void of(source).facts.set(fact.key, fact),
    remove(source, _kind, key, uid) {
      const { facts } = of(source);
      if (uid === undefined || facts.get(key)?.uid === uid) facts.delete(key);
    },
    drop: (source) => void sources.delete(source),
  };
}
