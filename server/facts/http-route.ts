import type { FactHead } from './fact.ts';

/** An HTTPRoute: which host names go through which Gateways. Source: `/apis/gateway.networking.k8s.io/v1/httproutes`. */
export interface HttpRouteFact extends FactHead {
  namespace: string;
  name: string;
  /** At most 100; none stands for those of the listeners. */
  hostnames: string[];
  /** Its Gateways, at most 32. */
  parents: { namespace: string; name: string; listener: string; port: number | null }[];
}
