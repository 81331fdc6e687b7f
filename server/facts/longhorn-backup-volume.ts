import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { claimInLabels } from './longhorn-claim.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

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
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const own = objectOf(objectOf(objectOf(raw)['metadata'])['labels']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...identity,
    source,
    // Before there were several targets it had the volume's own name.
    volume: intern(textOf(spec['volumeName']) || textOf(own['backup-volume']) || identity.name),
    lastBackup: textOf(status['lastBackupName']),
    lastBackupAt: meantTimeOf(status['lastBackupAt']),
    storedBytes: quantityOf(status['dataStored'], mostBytes),
    syncedAt: meantTimeOf(status['lastSyncedAt']),
    target: intern(textOf(spec['backupTargetName']) || textOf(own['backup-target']) || 'default'),
    claim: intern(claimInLabels(status['labels'])),
  };
}
