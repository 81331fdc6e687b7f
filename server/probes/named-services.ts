import type { GatewayFact } from '#server/facts/gateway.ts';
import type { HttpRouteFact } from '#server/facts/http-route.ts';
import type { IngressFact } from '#server/facts/ingress.ts';
import type { IngressRouteFact } from '#server/facts/ingress-route.ts';
import type { ProbeWish } from '#server/facts/probe-wish.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { plainListeners, routedHosts, tlsListeners } from './gateway-hosts.ts';
import { fitsHost, hostNameOf, isWildcard } from './host-name.ts';
import {
  askedHost,
  hostsOfIngress,
  hostsOfIngressRoute,
  plainHostsOfIngress,
  plainHostsOfIngressRoute,
  type NamedHost,
} from './named-hosts.ts';

/** What is known of the cluster that names services. */
export interface ServiceNamingFacts {
  ingresses: Iterable<IngressFact>;
  gateways: Iterable<GatewayFact>;
  httpRoutes: Iterable<HttpRouteFact>;
  ingressRoutes: Iterable<IngressRouteFact>;
}

/** A host at which an object of the cluster shows a service. */
export interface NamedService extends Pick<NamedHost, 'host' | 'port' | 'by'> {
  speaksTls: boolean;
  /** Paths that are let through, regular expressions too; none where nothing is known of them. */
  paths: readonly string[];
  /** `namespace/name` of the Services that it leads to. */
  services: readonly string[];
  through: NonNullable<ServiceProbeFact['through']>;
  wish: ProbeWish;
}

/** All that objects of these namespaces name. Gateways may be in any. */
export function namedServices(facts: ServiceNamingFacts, isLookedAt: (namespace: string) => boolean): NamedService[] {
  const gateways = new Map([...facts.gateways].map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway]));
  const here = ({ namespace }: { namespace: string }) => isLookedAt(namespace);
  return [
    ...[...facts.ingresses].filter(here).flatMap(ofIngress),
    ...[...facts.httpRoutes].filter(here).flatMap((route) => ofHttpRoute(route, gateways)),
    ...[...facts.ingressRoutes].filter(here).flatMap(ofIngressRoute),
  ];
}

function ofIngress(ingress: IngressFact): NamedService[] {
  const { namespace, className, wish } = ingress;
  const through = { kind: 'IngressClass', name: className } as const;
  const backendsOf = backendsByHost(ingress);
  const named = (speaksTls: boolean) => (host: NamedHost) => {
    const backends = backendsOf(host.host);
    // A TLS block may name hosts for which there is a certificate and no rule.
    if (backends === null) return [];
    const services = backends.map(({ service }) => `${namespace}/${service}`);
    return [{ ...plain(host), speaksTls, paths: backends.map(({ path }) => path), services, through, wish }];
  };
  return [...hostsOfIngress(ingress).flatMap(named(true)), ...plainHostsOfIngress(ingress).flatMap(named(false))];
}

/** Tells the backends of a host: by its own rules, else those of a wildcard above it, else those of all hosts; null if no rule is for it. */
function backendsByHost({ backends, hosts, addresses }: IngressFact) {
  // One object may name 100 hosts, and each is asked for.
  const own = Map.groupBy(backends, ({ host }) => askedHost(host, addresses));
  const wild = [...new Set([...backends.map(({ host }) => host), ...hosts])].filter(isWildcard);
  const ruled = new Set(hosts.map((host) => askedHost(host, addresses)));
  const forAll = backends.filter(({ host }) => host === '');
  return (host: string): IngressFact['backends'] | null => {
    const exact = own.get(host);
    if (exact !== undefined) return exact;
    const above = wild.filter((pattern) => fitsHost(pattern, host, 'one'));
    const fitting = above.length === 0 ? [] : backends.filter((backend) => above.includes(backend.host));
    if (fitting.length > 0) return fitting;
    if (forAll.length > 0) return forAll;
    return ruled.has(host) || above.length > 0 ? [] : null;
  };
}

function ofHttpRoute(route: HttpRouteFact, gateways: ReadonlyMap<string, GatewayFact>): NamedService[] {
  const { paths, wish } = route;
  const services = route.backends.map(({ namespace, service }) => `${namespace}/${service}`);
  return [true, false].flatMap((speaksTls) =>
    routedHosts(route, gateways, speaksTls ? tlsListeners : plainListeners).map(({ className, ...host }) => {
      const through = { kind: 'GatewayClass', name: className } as const;
      return { ...plain(host), speaksTls, paths, services, through, wish };
    }),
  );
}

function ofIngressRoute(route: IngressRouteFact): NamedService[] {
  const { wish } = route;
  const through = { kind: 'Traefik', name: 'traefik' } as const;
  const named = (speaksTls: boolean) => (host: NamedHost) => {
    const isOwn = (each: { host: string }) => hostNameOf(each.host) === host.host;
    const services = route.backends.filter(isOwn).map(({ namespace, service }) => `${namespace}/${service}`);
    const paths = route.paths.filter(isOwn).map(({ path }) => path);
    return { ...plain(host), speaksTls, paths, services, through, wish };
  };
  return [...hostsOfIngressRoute(route).map(named(true)), ...plainHostsOfIngressRoute(route).map(named(false))];
}

function plain({ host, port, by }: NamedHost): Pick<NamedHost, 'host' | 'port' | 'by'> {
  return { host, port, by };
}
