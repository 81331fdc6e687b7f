import type { FactHead } from './fact.ts';
import { goDurationOf } from './go-duration.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, textOf, textsOf, type Intern } from './read-raw.ts';
import { veleroScopeOf, type VeleroScope } from './velero-scope.ts';

/** A Schedule of Velero. Source: `/apis/velero.io/v1/schedules`. */
export interface VeleroScheduleFact extends FactHead, VeleroScope {
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
  createdAt: number | null;
}

/** A raw Schedule of Velero as a fact; null if it has no name. */
export function veleroScheduleFact(raw: unknown, source: string, intern: Intern = asItIs): VeleroScheduleFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const template = objectOf(spec['template']);
  return {
    ...identity,
    source,
    ...veleroScopeOf(template, intern),
    cron: intern(textOf(spec['schedule'], 200).trim()),
    paused: spec['paused'] === true,
    phase: intern(textOf(status['phase'], 64)),
    problems: textsOf(status['validationErrors'], mostProblems, 500).map(intern),
    lastStartedAt: meantTimeOf(status['lastBackup']),
    // 0 stands for what the server's own default is.
    keepsMs: goDurationOf(template['ttl']) || null,
    createdAt: meantTimeOf(objectOf(objectOf(raw)['metadata'])['creationTimestamp']),
  };
}

const mostProblems = 10;
