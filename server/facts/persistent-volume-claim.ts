import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';
import type { StorageWish } from './storage-wish.ts';

/** A PersistentVolumeClaim. Source: `/api/v1/persistentvolumeclaims`. Key: `namespace/name`. */
export interface PersistentVolumeClaimFact extends FactHead {
  namespace: string;
  name: string;
  /** `Pending`, `Bound`, `Lost`, "" or what a newer API may say. */
  phase: string;
  /** Name of its PersistentVolume, "" if none yet. */
  volume: string;
  /** Null: none named, the default class counts; "": none at all. */
  storageClass: string | null;
  requestedBytes: number | null;
  /** Of what it was given. */
  capacityBytes: number | null;
  accessModes: readonly string[];
  /** `Block` volumes have no file system, and so no figures. */
  isBlock: boolean;
  /** What is being done to it, such as `FileSystemResizePending` or `Resizing`, at most 8. */
  conditions: readonly { type: string; status: string; message: string; changedAt: number | null }[];
  /** Labels that begin with `recurring-job` of Longhorn, or `velero.io/`; values as written. At most 16. */
  labels: Readonly<Record<string, string>>;
  wish: StorageWish;
  createdAt: number | null;
  deletingAt: number | null;
}

/** A raw PersistentVolumeClaim as a fact; null if it has no name. */
export function persistentVolumeClaimFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): PersistentVolumeClaimFact | null {
  void [raw, source, intern];
  return null;
}
