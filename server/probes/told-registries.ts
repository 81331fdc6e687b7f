import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { sameBut } from './noteworthy.ts';

/** What has been told of registries: news at once, all else together, since each telling has everything judged anew. */
export interface ToldRegistries {
  /** Null: nothing is known of it. */
  tell(key: string, fact: RegistryProbeFact | null): void;
  /** Tells what has been waiting. */
  flush(): void;
  remove(key: string): void;
}

/** Nothing told yet. */
export function toldRegistries(sink: SourceSink, source: string): ToldRegistries {
  const told = new Map<string, RegistryProbeFact>();
  const waiting = new Map<string, RegistryProbeFact>();
  const put = (fact: RegistryProbeFact) => {
    waiting.delete(fact.key);
    told.set(fact.key, fact);
    sink.upsert(source, 'registryProbe', fact);
  };
  const remove = (key: string) => {
    waiting.delete(key);
    if (told.delete(key)) sink.remove(source, 'registryProbe', key);
  };
  return {
    tell(key, fact) {
      const before = told.get(key);
      if (fact === null) remove(key);
      else if (before === undefined || !sameBut(before, fact, 'askedAt', 'upAt', 'latencyMs')) put(fact);
      else if (before.askedAt !== fact.askedAt) waiting.set(key, fact);
    },
    flush() {
      for (const fact of waiting.values()) put(fact);
    },
    remove,
  };
}
