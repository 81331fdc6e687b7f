import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { SourceState } from '#shared/source.ts';

/** How a source wants to be known. */
export interface SourceDeclaration {
  name: string;
  role: 'feed' | 'probe';
  /** How long after `freshAt` it may still be believed, ms: 15 s for an HTTP/2 stream, 75 s for HTTP/1.1, three periods for a probe. */
  staleAfterMs: number;
  /** The kinds of fact it brings. */
  kinds: FactKind[];
}

/**
 * What cluster/ and probes/ write into. Every call is cheap and never throws; listeners run later.
 * Times are epoch ms.
 */
export interface SourceSink {
  declare(source: SourceDeclaration): void;
  /** A new state; `since` moves only if the state differs. Forgetting the reason: leave it out. */
  state(source: string, state: SourceState, reason?: string): void;
  /** Its data are true as of `at`. Called often; alone it triggers no judgement unless the source was not fresh. */
  fresh(source: string, at: number, staleAfterMs?: number): void;
  /** It had to begin anew, and why: "410", "connection lost", "closed by server". */
  restarted(source: string, reason: string): void;
  /** All facts of a kind from one source: what is not among them is gone. Facts of an unchanged object keep their identity. */
  replace<K extends FactKind>(source: string, kind: K, facts: Iterable<FactTypes[K]>): void;
  upsert<K extends FactKind>(source: string, kind: K, fact: FactTypes[K]): void;
  remove(source: string, kind: FactKind, key: string, uid?: string): void;
  /** The source is no more (a kind switched off, a node gone): its facts go too. */
  drop(source: string): void;
}
