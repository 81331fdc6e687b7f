import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A BackupStorageLocation of Velero. Source: `/apis/velero.io/v1/backupstoragelocations`. */
export interface VeleroLocationFact extends FactHead {
  namespace: string;
  name: string;
  /** `Available`, `Unavailable`, "" or the raw word. */
  phase: string;
  message: string;
  isDefault: boolean;
  provider: string;
  bucket: string;
  /** `s3Url` of its config, "" where not said. */
  url: string;
  validatedAt: number | null;
  /** How often it is validated, ms; null where not said (1 min). */
  validatedEveryMs: number | null;
}

/** A raw BackupStorageLocation of Velero as a fact; null if it has no name. */
export function veleroLocationFact(raw: unknown, source: string, intern: Intern = asItIs): VeleroLocationFact | null {
  void [raw, source, intern];
  return null;
}
