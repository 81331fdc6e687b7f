import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { SourceStatus } from '#shared/source.ts';

/** All facts and the freshness of every source at one moment. Never mutated once handed out. */
export interface Snapshot {
  /** Epoch ms. The only clock a check knows. */
  now: number;
  /** Facts of a kind by key. Empty if there are none. */
  facts<K extends FactKind>(kind: K): ReadonlyMap<string, FactTypes[K]>;
  sources: ReadonlyMap<string, SourceView>;
  /** Whose cluster it is: what was remembered behind this address before, and what answers now ("" = not known yet). */
  identity: { remembered: string; current: string };
}

/** A source as a check and the freshness rule see it. */
export interface SourceView extends SourceStatus {
  /** A feed's failure is blindness; a probe's failure is itself the news. */
  role: 'feed' | 'probe';
  /** True if its facts may be believed at `now`. */
  fresh: boolean;
}
