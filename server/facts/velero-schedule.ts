import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Schedule of Velero. Source: `/apis/velero.io/v1/schedules`. */
export interface VeleroScheduleFact extends FactHead {
  namespace: string;
  name: string;
  cron: string;
  paused: boolean;
  /** `New`, `Enabled`, `FailedValidation` or the raw word. */
  phase: string;
  problems: readonly string[];
  /** When a backup was last begun; says nothing of how it ended. */
  lastStartedAt: number | null;
  /** How long its backups are kept, ms; null where not said (30 days). */
  keepsMs: number | null;
  location: string;
  namespaces: readonly string[];
  leftOut: readonly string[];
  selector: Readonly<Record<string, string>> | null;
  volumes: 'snapshots' | 'files' | 'none';
  createdAt: number | null;
}

/** A raw Schedule of Velero as a fact; null if it has no name. */
export function veleroScheduleFact(raw: unknown, source: string, intern: Intern = asItIs): VeleroScheduleFact | null {
  void [raw, source, intern];
  return null;
}
