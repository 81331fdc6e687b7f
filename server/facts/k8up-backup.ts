import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Backup of K8up: one run over the claims of its namespace. Source: `/apis/k8up.io/v1/backups`. */
export interface K8upBackupFact extends FactHead {
  namespace: string;
  name: string;
  /** `finished` of K8up does not mean success: this is `Completed` with its reason. `failed` also by a pre-backup command that failed. */
  result: 'good' | 'failed' | 'running' | 'unknown';
  /** The reason or message as it says it. */
  message: string;
  schedule: string;
  startedAt: number | null;
  endedAt: number | null;
}

/** A raw Backup of K8up as a fact; null if it has no name. */
export function k8upBackupFact(raw: unknown, source: string, intern: Intern = asItIs): K8upBackupFact | null {
  void [raw, source, intern];
  return null;
}
