import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { conditionsIn, type ListedCondition } from './listed-condition.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, objectsOf, textOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';

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
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const owners = objectsOf(metadata['ownerReferences'], 16);
  const conditions = conditionsIn(objectOf(objectOf(raw)['status'])['conditions'], intern);
  const { result, by } = resultOf(conditions);
  return {
    ...identity,
    source,
    result,
    message: result === 'good' ? '' : shownMessage(by?.message) || (by?.reason ?? ''),
    schedule: intern(textOf(owners.find(({ kind }) => kind === 'Schedule')?.['name'])),
    startedAt: meantTimeOf(metadata['creationTimestamp']),
    endedAt: result === 'good' || result === 'failed' ? (by?.changedAt ?? null) : null,
  };
}

/** Reasons of PreBackupPodReady that are no failure although it is not so. */
const noFailure = new Set(['Succeeded', 'Waiting', 'NoPreBackupPodsFound', 'Ready']);

/** As K8up itself tells success from failure, and by which condition. A pre-backup command that failed leaves no Completed at all. */
function resultOf(conditions: readonly ListedCondition[]): {
  result: K8upBackupFact['result'];
  by: ListedCondition | undefined;
} {
  const named = (wanted: string) => conditions.find(({ type }) => type === wanted);
  const [before, completed, progressing] = [named('PreBackupPodReady'), named('Completed'), named('Progressing')];
  if (before?.status === 'False' && !noFailure.has(before.reason)) return { result: 'failed', by: before };
  if (completed?.status === 'True') {
    return { result: completed.reason === 'Succeeded' ? 'good' : 'failed', by: completed };
  }
  if (progressing?.status === 'True' || (before?.status === 'Unknown' && before.reason === 'Waiting')) {
    return { result: 'running', by: progressing ?? before };
  }
  return { result: 'unknown', by: completed ?? progressing ?? before };
}
