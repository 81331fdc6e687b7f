import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { probeWishOf, type ProbeWish } from './probe-wish.ts';
import { asItIs, objectOf, objectsOf, textOf, textsOf, type Intern } from './read-raw.ts';
import { hostsOfRule, pathsOfRule } from './traefik-rule.ts';

/** Traefik's IngressRoute, which has no status. Source: `/apis/traefik.io/v1alpha1/ingressroutes`. */
export interface IngressRouteFact extends FactHead {
  namespace: string;
  name: string;
  entryPoints: string[];
  /** Host names in the `match` of its routes (`Host(...)`), at most 100. */
  hosts: string[];
  /** Which Services each host leads to, at most 200; of TraefikServices nothing is known. */
  backends: readonly { host: string; namespace: string; service: string }[];
  /** Paths of each host that its routes let through, at most 100; none of those that only patterns tell. */
  paths: readonly { host: string; path: string }[];
  wish: ProbeWish;
  /** Null where it has no `tls`. */
  tls: { secretName: string; certResolver: string } | null;
}

const mostHosts = 100;
const mostEntryPoints = 16;
const mostServices = 16;
const mostBackends = 200;
const mostPaths = 100;

/** A raw IngressRoute as a fact; null if it has no name. */
export function ingressRouteFact(raw: unknown, source: string, intern: Intern = asItIs): IngressRouteFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const { entryPoints, routes, tls } = objectOf(objectOf(raw)['spec']);
  const hosts = objectsOf(routes, mostHosts).flatMap(({ match }) => hostsOfRule(match));
  return {
    ...identity,
    source,
    entryPoints: textsOf(entryPoints, mostEntryPoints).map(intern),
    hosts: [...new Set(hosts)].slice(0, mostHosts),
    backends: backendsOf(routes, identity.namespace, intern),
    paths: pathsOf(routes, intern),
    wish: probeWishOf(objectOf(objectOf(objectOf(raw)['metadata'])['annotations'])),
    tls: tlsOf(tls),
  };
}

function backendsOf(routes: unknown, namespace: string, intern: Intern): IngressRouteFact['backends'] {
  const found = objectsOf(routes, mostHosts).flatMap(({ match, services }) => {
    const named = objectsOf(services, mostServices).flatMap((service) => {
      const name = intern(textOf(service['name']));
      const isService = (textOf(service['kind']) || 'Service') === 'Service';
      return name === '' || !isService ? [] : [{ namespace: intern(textOf(service['namespace'])) || namespace, name }];
    });
    return hostsOfRule(match).flatMap((host) =>
      named.map((service) => ({ host, namespace: service.namespace, service: service.name })),
    );
  });
  return found.slice(0, mostBackends);
}

function pathsOf(routes: unknown, intern: Intern): IngressRouteFact['paths'] {
  const found = objectsOf(routes, mostHosts).flatMap(({ match }) => {
    const paths = pathsOfRule(match).map(intern);
    return hostsOfRule(match).flatMap((host) => paths.map((path) => ({ host, path })));
  });
  return found.slice(0, mostPaths);
}

/** `tls: {}` is TLS too, with Traefik's own certificate. */
function tlsOf(value: unknown): IngressRouteFact['tls'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { secretName, certResolver } = objectOf(value);
  return { secretName: textOf(secretName), certResolver: textOf(certResolver) };
}
