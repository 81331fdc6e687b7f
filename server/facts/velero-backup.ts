import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, numberOf, objectOf, textOf, textsOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';
import { veleroScopeOf, type VeleroScope } from './velero-scope.ts';

/** A Backup of Velero; it goes after its time to live. Source: `/apis/velero.io/v1/backups`. */
export interface VeleroBackupFact extends FactHead, VeleroScope {
  namespace: string;
  name: string;
  /** `Completed`, `PartiallyFailed`, `Failed`, `FailedValidation`, `InProgress`, ... or the raw word. */
  phase: string;
  /** The Schedule that made it, "" if somebody did. */
  schedule: string;
  /** Of one that never began when it was asked for; null of one that is done and does not say when. */
  startedAt: number | null;
  completedAt: number | null;
  expiresAt: number | null;
  errors: number;
  warnings: number;
  failure: string;
}

/** A raw Backup of Velero as a fact; null if it has no name. */
export function veleroBackupFact(raw: unknown, source: string, intern: Intern = asItIs): VeleroBackupFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const labels = objectOf(metadata['labels']);
  const status = objectOf(objectOf(raw)['status']);
  const scope = veleroScopeOf(objectOf(objectOf(raw)['spec']), intern);
  const problems = textsOf(status['validationErrors'], 10, 500).join('; ');
  const completedAt = meantTimeOf(status['completionTimestamp']);
  const createdAt = meantTimeOf(metadata['creationTimestamp']);
  // Read back from its bucket it is created long after it was made: without its own times its age is not known.
  const isDone = status['phase'] === 'Completed' || status['phase'] === 'PartiallyFailed';
  return {
    ...identity,
    source,
    ...scope,
    location: scope.location || intern(textOf(labels['velero.io/storage-location'])),
    phase: intern(textOf(status['phase'], 64)),
    schedule: intern(textOf(labels['velero.io/schedule-name'])),
    startedAt: meantTimeOf(status['startTimestamp']) ?? completedAt ?? (isDone ? null : createdAt),
    completedAt,
    expiresAt: meantTimeOf(status['expiration']),
    errors: countOf(status['errors']),
    warnings: countOf(status['warnings']),
    failure: shownMessage(status['failureReason']) || shownMessage(problems),
  };
}

function countOf(value: unknown): number {
  return Math.floor(numberOf(value, 0, 1e9) ?? 0);
}
