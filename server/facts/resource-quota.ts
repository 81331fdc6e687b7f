import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

/** One ResourceQuota: what a namespace may use and uses. Source: `/api/v1/resourcequotas`. */
export interface ResourceQuotaFact extends FactHead {
  namespace: string;
  name: string;
  /** In the order of the API, at most 64; quantities as written: `{ resource: "requests.memory", hard: "4Gi", used: "3968Mi" }`. */
  limits: readonly { resource: string; hard: string; used: string }[];
}

const mostLimits = 64;

/** A raw ResourceQuota as a fact; null if it has no name. */
export function resourceQuotaFact(raw: unknown, source: string, intern: Intern = asItIs): ResourceQuotaFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const status = objectOf(objectOf(raw)['status']);
  const used = objectOf(status['used']);
  const limits = Object.entries(objectOf(status['hard'])).slice(0, mostLimits);
  return {
    ...identity,
    source,
    limits: limits.map(([resource, hard]) => ({
      resource: intern(textOf(resource)),
      hard: textOf(hard, 64),
      used: Object.hasOwn(used, resource) ? textOf(used[resource], 64) : '',
    })),
  };
}
