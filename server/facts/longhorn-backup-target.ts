import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { conditionsIn } from './listed-condition.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';
import { targetUrlOf } from './target-url.ts';

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
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const status = objectOf(objectOf(raw)['status']);
  const { available } = status;
  const [trouble] = conditionsIn(
    status['conditions'],
    intern,
    ({ type, status: is }) => type === 'Unavailable' && is === 'True',
  );
  return {
    ...identity,
    source,
    url: targetUrlOf(objectOf(objectOf(raw)['spec'])['backupTargetURL']),
    available: typeof available === 'boolean' ? available : null,
    message: available === true ? '' : shownMessage(trouble?.message) || (trouble?.reason ?? ''),
    syncedAt: meantTimeOf(status['lastSyncedAt']),
  };
}
