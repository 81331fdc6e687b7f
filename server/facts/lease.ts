import type { FactHead } from './fact.ts';

/** A node's heartbeat. Source: leases of namespace `kube-node-lease`; the lease's name is the node's. */
export interface LeaseFact extends FactHead {
  node: string;
  /** As written by the node's own clock: compare for change only, never with our clock. "" if absent. */
  renewTime: string;
  durationSeconds: number | null;
}
