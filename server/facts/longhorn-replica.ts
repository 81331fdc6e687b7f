import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Replica of a Longhorn volume. Source: `/apis/longhorn.io/v1beta2/replicas`. */
export interface LonghornReplicaFact extends FactHead {
  namespace: string;
  name: string;
  /** Name of the Longhorn volume. */
  volume: string;
  node: string;
  diskPath: string;
  /** `running`, `stopped`, `error`, `unknown`, ... */
  state: string;
  /** Epoch ms, null if it has not failed. */
  failedAt: number | null;
}

/** A raw Replica of Longhorn as a fact; null if it has no name. */
export function longhornReplicaFact(raw: unknown, source: string, intern: Intern = asItIs): LonghornReplicaFact | null {
  void [raw, source, intern];
  return null;
}
