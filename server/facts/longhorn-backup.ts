import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { claimInLabels } from './longhorn-claim.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';

/** A Backup of Longhorn. Source: `/apis/longhorn.io/v1beta2/backups`. Failed ones vanish after a day. */
export interface LonghornBackupFact extends FactHead {
  namespace: string;
  name: string;
  /** `Completed`, `Error`, `InProgress`, `Pending`, `Unknown`, `Deleting`, "" or the raw word. */
  state: string;
  error: string;
  /** The Longhorn volume: of the status, else of the label `backup-volume`. */
  volume: string;
  /** Size of the data in it, bytes; null where not told. */
  bytes: number | null;
  /** Size of the volume. */
  volumeBytes: number | null;
  /** Of which the data are: the snapshot's time. */
  takenAt: number | null;
  /** When its upload was finished; of one that failed or still runs when it was begun. */
  createdAt: number | null;
  /** `namespace/name` of the claim by its label `KubernetesStatus`, "" if not told. */
  claim: string;
  /** The recurring job that made it, "" if somebody did. */
  job: string;
  /** The BackupTarget, `default` where not told. */
  target: string;
}

/** A raw Backup of Longhorn as a fact; null if it has no name. */
export function longhornBackupFact(raw: unknown, source: string, intern: Intern = asItIs): LonghornBackupFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const own = objectOf(metadata['labels']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  // While it runs, and for ever if it failed, only the spec has the labels it was asked for with.
  const [labels, wanted] = [objectOf(status['labels']), objectOf(spec['labels'])];
  return {
    ...identity,
    source,
    state: intern(textOf(status['state'], 64)),
    error: shownMessage(status['error']),
    volume: intern(textOf(status['volumeName']) || textOf(own['backup-volume'])),
    bytes: quantityOf(status['size'], mostBytes),
    volumeBytes: quantityOf(status['volumeSize'], mostBytes),
    takenAt: meantTimeOf(status['snapshotCreatedAt']),
    createdAt: meantTimeOf(status['backupCreatedAt']) ?? meantTimeOf(metadata['creationTimestamp']),
    claim: intern(claimInLabels(labels, wanted)),
    job: intern(textOf(labels['RecurringJob'] ?? wanted['RecurringJob'])),
    target: intern(textOf(status['backupTargetName']) || textOf(own['backup-target']) || 'default'),
  };
}
