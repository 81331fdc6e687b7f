import type { Snapshot } from '#server/engine/snapshot.ts';
import { perFacts } from './per-snapshot.ts';

/** What leads to a Service: hosts and the objects that say so, by their order in the API; and the sources of these. */
export interface Route {
  hosts: Set<string>;
  by: { kind: string; namespace: string; name: string }[];
  sources: Set<string>;
}

/** The Services that Ingresses and routes lead to, by `namespace/name`. */
export const routesByService = perFacts(
  ['ingress', 'httpRoute', 'ingressRoute'],
  (snapshot): ReadonlyMap<string, Route> => {
    const routes = new Map<string, Route>();
    for (const { object, hosts, services, source } of leading(snapshot)) {
      for (const service of services) {
        const route = routes.get(service) ?? { hosts: new Set(), by: [], sources: new Set() };
        routes.set(service, route);
        for (const host of hosts(service)) route.hosts.add(host);
        route.by.push(object);
        route.sources.add(source);
      }
    }
    return routes;
  },
);

interface Leading {
  object: Route['by'][number];
  services: ReadonlySet<string>;
  /** Those by which a service is reached. */
  hosts(service: string): readonly string[];
  source: string;
}

function* leading(snapshot: Snapshot): Generator<Leading> {
  for (const { namespace, name, backends, hosts, source } of snapshot.facts('ingress').values()) {
    const keyed = backends.map(({ host, service }) => ({ host, service: `${namespace}/${service}` }));
    yield { object: { kind: 'Ingress', namespace, name }, ...ofHosts(keyed, hosts), source };
  }
  for (const { namespace, name, backends, hostnames, source } of snapshot.facts('httpRoute').values()) {
    const keyed = backends.map((each) => ({ host: '', service: `${each.namespace}/${each.service}` }));
    yield { object: { kind: 'HTTPRoute', namespace, name }, ...ofHosts(keyed, hostnames), source };
  }
  for (const { namespace, name, backends, hosts, source } of snapshot.facts('ingressRoute').values()) {
    const keyed = backends.map(({ host, ...each }) => ({ host, service: `${each.namespace}/${each.service}` }));
    yield { object: { kind: 'IngressRoute', namespace, name }, ...ofHosts(keyed, hosts), source };
  }
}

/** Where no host is named all those of the object are meant. */
function ofHosts(backends: readonly { host: string; service: string }[], all: readonly string[]) {
  const byService = Map.groupBy(backends, ({ service }) => service);
  return {
    services: new Set(byService.keys()),
    hosts: (service: string) => (byService.get(service) ?? []).flatMap(({ host }) => (host === '' ? all : [host])),
  };
}
