import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, numberOf, objectOf, textOf, textsOf, type Intern } from './read-raw.ts';

/** A RecurringJob of Longhorn; it tells nothing of its last run. Source: `/apis/longhorn.io/v1beta2/recurringjobs`. */
export interface LonghornRecurringJobFact extends FactHead {
  namespace: string;
  name: string;
  /** `backup`, `backup-force-create`, `snapshot`, `filesystem-trim`, ... or the raw word. */
  task: string;
  cron: string;
  /** How many are kept; 0 is legitimate for what cleans up. Null where they are kept by age, or where it is not told. */
  keeps: number | null;
  /** At most 50. */
  groups: readonly string[];
}

/** A raw RecurringJob of Longhorn as a fact; null if it has no name. */
export function longhornRecurringJobFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): LonghornRecurringJobFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const byAge = spec['retentionPolicy'] === 'age-based';
  return {
    ...identity,
    source,
    task: intern(textOf(spec['task'], 64)),
    cron: intern(textOf(spec['cron'], 200).trim()),
    keeps: byAge ? null : numberOf(spec['retain'], 0, mostKept),
    groups: textsOf(spec['groups'], mostGroups).map(intern),
  };
}

const mostKept = 1e6;
const mostGroups = 50;
