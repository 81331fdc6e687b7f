import type { FactHead } from './fact.ts';
import { goDurationOf } from './go-duration.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';
import { targetUrlOf } from './target-url.ts';

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
  /** How often it is validated, ms; 0: never; null where not said (1 min). */
  validatedEveryMs: number | null;
}

/** A raw BackupStorageLocation of Velero as a fact; null if it has no name. */
export function veleroLocationFact(raw: unknown, source: string, intern: Intern = asItIs): VeleroLocationFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...identity,
    source,
    phase: intern(textOf(status['phase'], 64)),
    message: shownMessage(status['message']),
    isDefault: spec['default'] === true,
    provider: intern(textOf(spec['provider'])),
    bucket: intern(textOf(objectOf(spec['objectStorage'])['bucket'])),
    url: targetUrlOf(objectOf(spec['config'])['s3Url']),
    validatedAt: meantTimeOf(status['lastValidationTime']),
    validatedEveryMs: goDurationOf(spec['validationFrequency']),
  };
}
