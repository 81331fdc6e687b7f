import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** What a backup target holds of one Longhorn volume, also of one that is gone. Source: `/apis/longhorn.io/v1beta2/backupvolumes`. */
export interface LonghornBackupVolumeFact extends FactHead {
  namespace: string;
  name: string;
  /** The Longhorn volume. */
  volume: string;
  lastBackup: string;
  lastBackupAt: number | null;
  storedBytes: number | null;
  syncedAt: number | null;
  target: string;
  /** `namespace/name` of the claim by its label `KubernetesStatus`, "" if not told. */
  claim: string;
}

/** A raw BackupVolume of Longhorn as a fact; null if it has no name. */
export function longhornBackupVolumeFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): LonghornBackupVolumeFact | null {
  void [raw, source, intern];
  return null;
}
