import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, numberOf, objectOf, textOf, type Intern } from './read-raw.ts';

/** A CephBlockPool of Rook. Source: `/apis/ceph.rook.io/v1/cephblockpools`. */
export interface CephPoolFact extends FactHead {
  namespace: string;
  name: string;
  /** `Ready`, `Failure`, ... or the raw word. */
  phase: string;
  /** How many copies it keeps, null if it is erasure coded or not told. */
  copies: number | null;
}

/** A raw CephBlockPool of Rook as a fact; null if it has no name. */
export function cephPoolFact(raw: unknown, source: string, intern: Intern = asItIs): CephPoolFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const { replicated } = objectOf(objectOf(raw)['spec']);
  return {
    ...identity,
    source,
    phase: intern(textOf(objectOf(objectOf(raw)['status'])['phase'], 64)),
    // Of an erasure coded pool it is 0.
    copies: numberOf(objectOf(replicated)['size'], 1, 1_000),
  };
}
