import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

/** An IngressClass: whose Ingresses a controller takes. Source: `/apis/networking.k8s.io/v1/ingressclasses`. */
export interface IngressClassFact extends FactHead {
  name: string;
  /** `traefik.io/ingress-controller`, `k8s.io/ingress-nginx`, ... */
  controller: string;
  /** The class of those that name none. */
  isDefault: boolean;
}

/** A raw IngressClass as a fact; null if it has no name. */
export function ingressClassFact(raw: unknown, source: string, intern: Intern = asItIs): IngressClassFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const { key, uid, name } = identity;
  const annotations = objectOf(objectOf(objectOf(raw)['metadata'])['annotations']);
  return {
    ...{ key, uid, name, source },
    controller: intern(textOf(objectOf(objectOf(raw)['spec'])['controller'])),
    isDefault: annotations['ingressclass.kubernetes.io/is-default-class'] === 'true',
  };
}
