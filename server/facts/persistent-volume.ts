import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A PersistentVolume: where a claim's data really are. Source: `/api/v1/persistentvolumes`. Key: its name. */
export interface PersistentVolumeFact extends FactHead {
  name: string;
  /** `Pending`, `Available`, `Bound`, `Released`, `Failed`, "" or what a newer API may say. */
  phase: string;
  /** Why, where the API says so; "" mostly. */
  reason: string;
  message: string;
  capacityBytes: number | null;
  /** `ReadWriteOnce`, ... at most 8. */
  accessModes: readonly string[];
  /** `Retain`, `Delete`, ... */
  reclaimPolicy: string;
  storageClass: string;
  /** Whose it is, or was while Released; null if nobody's yet. */
  claim: { namespace: string; name: string; uid: string } | null;
  /** What it is made of. */
  made: VolumeMaking;
  /** Nodes from which alone it can be reached (`spec.nodeAffinity`, by host name), at most 16; empty: from all. */
  nodes: readonly string[];
  createdAt: number | null;
  /** When its phase last changed, epoch ms. */
  phaseChangedAt: number | null;
  deletingAt: number | null;
}

/** `csi`: `driver` and `handle`; `nfs`: `server` and `path`; `local`, `host`: `path`; `other`: the key of its source as `driver`. */
export interface VolumeMaking {
  is: 'csi' | 'local' | 'host' | 'nfs' | 'other';
  /** `driver.longhorn.io`, "" where there is none. */
  driver: string;
  handle: string;
  server: string;
  path: string;
}

/** A raw PersistentVolume as a fact; null if it has no name. */
export function persistentVolumeFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): PersistentVolumeFact | null {
  void [raw, source, intern];
  return null;
}
