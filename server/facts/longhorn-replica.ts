import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

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
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  return {
    ...identity,
    source,
    volume: intern(textOf(spec['volumeName'])),
    node: intern(textOf(spec['nodeID'])),
    diskPath: intern(textOf(spec['diskPath'])),
    state: intern(textOf(objectOf(objectOf(raw)['status'])['currentState'], 64)),
    failedAt: meantTimeOf(spec['failedAt']),
  };
}
