import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { numberOf, objectOf, textOf } from './read-raw.ts';

/** A node's heartbeat. Source: leases of namespace `kube-node-lease`; the lease's name is the node's. */
export interface LeaseFact extends FactHead {
  node: string;
  /** As written by the node's own clock: compare for change only, never with our clock. "" if absent. */
  renewTime: string;
  durationSeconds: number | null;
}

/** A raw Lease of `kube-node-lease` as a fact; null if it has no name. Absent, null and absurd fields become empty ones. */
export function leaseFact(raw: unknown, source: string): LeaseFact | null {
  const identity = identityOf(raw);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const renewed = spec['renewTime'];
  return {
    key: identity.key,
    uid: identity.uid,
    source,
    node: identity.name,
    renewTime:
      renewed instanceof Date && !Number.isNaN(renewed.getTime()) ? renewed.toISOString() : textOf(renewed, 64),
    durationSeconds: numberOf(spec['leaseDurationSeconds'], 0, 1e9),
  };
}
