import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { messageLength, objectOf, objectsOf, textOf, timeOf } from './read-raw.ts';

/** An aggregated API (`v1beta1.metrics.k8s.io`). Local ones are not kept. Source: `/apis/apiregistration.k8s.io/v1/apiservices`. */
export interface ApiServiceFact extends FactHead {
  name: string;
  /** `namespace/name` of the Service behind it. */
  service: string;
  available: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  changedAt: number | null;
}

/** A raw APIService as a fact; null if it has no name, or is served by the API server itself. */
export function apiServiceFact(raw: unknown, source: string): ApiServiceFact | null {
  const identity = identityOf(raw);
  if (identity === null) return null;
  const service = objectOf(objectOf(objectOf(raw)['spec'])['service']);
  const name = textOf(service['name']);
  if (name === '') return null;
  const conditions = objectsOf(objectOf(objectOf(raw)['status'])['conditions'], 64);
  const available = conditions.find((condition) => condition['type'] === 'Available') ?? {};
  const status = available['status'];
  return {
    key: identity.key,
    uid: identity.uid,
    source,
    name: identity.name,
    service: `${textOf(service['namespace'])}/${name}`,
    available: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textOf(available['reason']),
    message: textOf(available['message'], messageLength),
    changedAt: timeOf(available['lastTransitionTime']),
  };
}
