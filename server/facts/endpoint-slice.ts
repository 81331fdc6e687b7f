import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, objectOf, objectsOf, textOf, type Intern } from './read-raw.ts';

/** A part of the endpoints of a Service. Source: `/apis/discovery.k8s.io/v1/endpointslices`. */
export interface EndpointSliceFact extends FactHead {
  namespace: string;
  name: string;
  /** Name of its Service (label `kubernetes.io/service-name`), "" if there is none. */
  service: string;
  /** How many are ready, of all that it names; what says nothing of it counts as ready, as in Kubernetes. */
  ready: number;
  /** Those that are not ready, at most 50, with the pod where one is named and its node. */
  unready: readonly { pod: string; node: string }[];
  /** How many are not ready. */
  unreadyCount: number;
}

const mostEndpoints = 1_000;
const mostUnready = 50;

/** A raw EndpointSlice as a fact; null if it has no name. */
export function endpointSliceFact(raw: unknown, source: string, intern: Intern = asItIs): EndpointSliceFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const labels = objectOf(objectOf(objectOf(raw)['metadata'])['labels']);
  const endpoints = objectsOf(objectOf(raw)['endpoints'], mostEndpoints);
  const unready = endpoints.filter(({ conditions }) => objectOf(conditions)['ready'] === false);
  return {
    ...identity,
    source,
    service: intern(textOf(labels['kubernetes.io/service-name'])),
    ready: endpoints.length - unready.length,
    unready: unready.slice(0, mostUnready).map(({ targetRef, nodeName }) => {
      const { kind, name } = objectOf(targetRef);
      return { pod: kind === 'Pod' ? intern(textOf(name)) : '', node: intern(textOf(nodeName)) };
    }),
    unreadyCount: unready.length,
  };
}
