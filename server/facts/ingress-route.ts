import type { FactHead } from './fact.ts';

/** Traefik's IngressRoute, which has no status. Source: `/apis/traefik.io/v1alpha1/ingressroutes`. */
export interface IngressRouteFact extends FactHead {
  namespace: string;
  name: string;
  entryPoints: string[];
  /** Host names in the `match` of its routes (`Host(...)`), at most 100. */
  hosts: string[];
  /** Null where it has no `tls`. */
  tls: { secretName: string; certResolver: string } | null;
}
