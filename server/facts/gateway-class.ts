import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

/** A GatewayClass: whose Gateways a controller takes. Source: `/apis/gateway.networking.k8s.io/v1/gatewayclasses`. */
export interface GatewayClassFact extends FactHead {
  name: string;
  /** `traefik.io/gateway-controller`, `gateway.envoyproxy.io/gatewayclass-controller`, ... */
  controller: string;
}

/** A raw GatewayClass as a fact; null if it has no name. */
export function gatewayClassFact(raw: unknown, source: string, intern: Intern = asItIs): GatewayClassFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const { key, uid, name } = identity;
  return {
    ...{ key, uid, name, source },
    controller: intern(textOf(objectOf(objectOf(raw)['spec'])['controllerName'])),
  };
}
