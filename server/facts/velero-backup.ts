import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Backup of Velero; it goes after its time to live. Source: `/apis/velero.io/v1/backups`. */
export interface VeleroBackupFact extends FactHead {
  namespace: string;
  name: string;
  /** `Completed`, `PartiallyFailed`, `Failed`, `FailedValidation`, `InProgress`, ... or the raw word. */
  phase: string;
  /** The Schedule that made it, "" if somebody did. */
  schedule: string;
  location: string;
  /** Namespaces it takes; `*` or none: all. At most 100. */
  namespaces: readonly string[];
  leftOut: readonly string[];
  /** Labels of what it takes, null for all. */
  selector: Readonly<Record<string, string>> | null;
  /** Whether data of volumes are in it, as far as its spec tells: by snapshots, by copies of files, or not at all. */
  volumes: 'snapshots' | 'files' | 'none';
  startedAt: number | null;
  completedAt: number | null;
  expiresAt: number | null;
  errors: number;
  warnings: number;
  failure: string;
}

/** A raw Backup of Velero as a fact; null if it has no name. */
export function veleroBackupFact(raw: unknown, source: string, intern: Intern = asItIs): VeleroBackupFact | null {
  void [raw, source, intern];
  return null;
}
