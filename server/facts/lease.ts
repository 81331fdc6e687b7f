import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { numberOf, objectOf, textOf, timeOf } from './read-raw.ts';

/** A node's heartbeat. Source: leases of namespace `kube-node-lease`; the lease's name is the node's. */
export interface LeaseFact extends FactHead {
  node: string;
  /** As written by the node's own clock, "" if absent: for when it renewed compare for change only. */
  renewTime: string;
  /** The same as epoch ms of the node's clock, null if it is no date. What it differs from ours is how clocks that are off are found. */
  renewedAt: number | null;
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
    renewedAt: timeOf(renewed),
    durationSeconds: numberOf(spec['leaseDurationSeconds'], 0, 1e9),
  };
}
