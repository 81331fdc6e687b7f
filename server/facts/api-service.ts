import type { FactHead } from './fact.ts';

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
