import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, textOf, textsOf, type Intern } from './read-raw.ts';
import { targetUrlOf } from './target-url.ts';

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
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const [path = ''] = textsOf(spec['paths'], 1);
  // A pre-backup command's output is a snapshot too, of a path without a claim.
  const [, claim = ''] = /^\/data\/([^/]+)\/?$/.exec(path) ?? [];
  return {
    ...identity,
    source,
    takenAt: meantTimeOf(spec['date']),
    claim: intern(textOf(claim)),
    repository: intern(targetUrlOf(spec['repository'])),
  };
}
