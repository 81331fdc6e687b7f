import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';

/** A VolumeSnapshot: mostly on the same storage as its volume. Source: `/apis/snapshot.storage.k8s.io/v1/volumesnapshots`. */
export interface VolumeSnapshotFact extends FactHead {
  namespace: string;
  name: string;
  /** Name of the claim, "" for one that was brought in. */
  claim: string;
  ready: boolean | null;
  error: string;
  takenAt: number | null;
  bytes: number | null;
}

/** A raw VolumeSnapshot as a fact; null if it has no name. */
export function volumeSnapshotFact(raw: unknown, source: string, intern: Intern = asItIs): VolumeSnapshotFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const { readyToUse } = status;
  return {
    ...identity,
    source,
    claim: intern(textOf(objectOf(spec['source'])['persistentVolumeClaimName'])),
    ready: typeof readyToUse === 'boolean' ? readyToUse : null,
    error: shownMessage(objectOf(status['error'])['message']),
    takenAt: meantTimeOf(status['creationTime']),
    bytes: quantityOf(status['restoreSize'], mostBytes),
  };
}
