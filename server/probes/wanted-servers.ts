import { isIP } from 'node:net';
import type { GatewayFact } from '#server/facts/gateway.ts';
import type { HttpRouteFact } from '#server/facts/http-route.ts';
import type { IngressFact } from '#server/facts/ingress.ts';
import type { IngressRouteFact } from '#server/facts/ingress-route.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { hostsOfGateways } from './gateway-hosts.ts';
import { fitsHost, hostNameOf, serverName } from './host-name.ts';
import { hostsOfIngress, hostsOfIngressRoute, type NamedHost } from './named-hosts.ts';
import type { ConfiguredServer, TlsConfig } from './tls-config.ts';
import type { WantedServer } from './wanted-server.ts';

/** What is known of the cluster that names TLS servers. */
export interface NamingFacts {
  nodes: Iterable<NodeFact>;
  ingresses: Iterable<IngressFact>;
  gateways: Iterable<GatewayFact>;
  httpRoutes: Iterable<HttpRouteFact>;
  ingressRoutes: Iterable<IngressRouteFact>;
}

/** So many are looked at; every 10 min a handshake with each is less than one a second. */
export const mostWantedServers = 500;
const mostNaming = 20;
const usualKubeletPort = 10_250;

/** All TLS servers to look at, at most `mostWantedServers`: what the owner names, then kubelets, then hosts, each by name. Pure. */
export function wantedServers(facts: NamingFacts, config: TlsConfig): WantedServer[] {
  return allWanted(facts, config).slice(0, mostWantedServers);
}

/** How many `wantedServers` leaves out. */
export function serversLeftOut(facts: NamingFacts, config: TlsConfig): number {
  return Math.max(0, allWanted(facts, config).length - mostWantedServers);
}

function allWanted(facts: NamingFacts, config: TlsConfig): WantedServer[] {
  const kubelets = config.kubelets ? [...facts.nodes].flatMap((node) => kubeletOf(node, config)) : [];
  const hosts = config.discover ? hostsOf(facts, config) : [];
  const byKey = new Map<string, WantedServer>();
  const found = [...kubelets.toSorted(byName), ...hosts.toSorted(byName)];
  for (const server of [...config.servers.map((each) => configured(each, config)), ...found]) {
    const known = byKey.get(server.key);
    byKey.set(server.key, known === undefined ? server : merged(known, server));
  }
  return [...byKey.values()];
}

/** The first one says how it is looked at, both why. */
function merged(first: WantedServer, second: WantedServer): WantedServer {
  return {
    ...first,
    namedBy: [...first.namedBy, ...second.namedBy].slice(0, mostNaming),
    secret: first.secret ?? second.secret,
  };
}

function kubeletOf({ name, internalIp, kubeletPort }: NodeFact, config: TlsConfig): WantedServer[] {
  const host = hostNameOf(internalIp ?? '');
  if (host === null) return [];
  const port = kubeletPort ?? usualKubeletPort;
  const also = config.authorities;
  return [
    {
      ...{ key: `Node/${name}`, is: 'kubelet', name, secret: null },
      namedBy: [{ kind: 'Node', namespace: null, name }],
      target: { host, port, serverName: host, otherName: name, trust: 'cluster', also, resolver: '' },
    },
  ];
}

/** The hosts that objects name, each once. */
function hostsOf(facts: NamingFacts, config: TlsConfig): WantedServer[] {
  const named = [
    ...[...facts.ingresses].flatMap(hostsOfIngress),
    ...hostsOfGateways(facts.gateways, facts.httpRoutes),
    ...[...facts.ingressRoutes].flatMap(hostsOfIngressRoute),
  ];
  const groups = new Map<string, NamedHost[]>();
  for (const each of named.toSorted(byNaming)) {
    const name = serverName(each.host, each.port);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return [...groups].map(([name, group]) => hostServer(name, group, config));
}

function hostServer(name: string, group: readonly NamedHost[], config: TlsConfig): WantedServer {
  const { host, port } = group[0]!;
  const naming = new Map(group.map(({ by }) => [namingOf(by), by]));
  return {
    ...{ key: `Host/${name}`, is: 'host', name },
    namedBy: [...naming.values()].slice(0, mostNaming),
    secret: group.find(({ secret }) => secret !== null)?.secret ?? null,
    target: {
      ...wayTo(host, '', config),
      port,
      serverName: host,
      otherName: '',
      trust: 'system',
      also: config.authorities,
    },
  };
}

function configured(server: ConfiguredServer, config: TlsConfig): WantedServer {
  const { host, port, address, trust } = server;
  const name = serverName(host, port);
  const also = [...config.authorities, ...server.authorities];
  return {
    ...{ key: `Host/${name}`, is: 'host', name, secret: null },
    namedBy: [{ kind: 'Configuration', namespace: null, name: server.namedAs }],
    target: {
      ...wayTo(host, address, { ...config, resolver: server.resolver || config.resolver }),
      port,
      serverName: server.serverName || host,
      otherName: '',
      trust,
      also,
    },
  };
}

/** Where to connect to, and whom to ask for its address. */
function wayTo(
  host: string,
  address: string,
  config: Pick<TlsConfig, 'addresses' | 'resolver'>,
): { host: string; resolver: string } {
  const to = address || addressFor(host, config.addresses) || host;
  return { host: to, resolver: isIP(to) === 0 ? config.resolver : '' };
}

/** Where a host is reached instead, "" if the owner does not say: by the host's own name first, then by the first wildcard above it. */
export function addressFor(host: string, addresses: TlsConfig['addresses']): string {
  const exact = addresses.find((each) => each.host === host);
  return (exact ?? addresses.find((each) => fitsHost(each.host, host, 'any')))?.address ?? '';
}

function byName(a: WantedServer, b: WantedServer): number {
  return compare(a.name, b.name);
}

/** The same order whatever the order of the facts, so that nothing is looked at anew without need. */
function byNaming(a: NamedHost, b: NamedHost): number {
  return compare(namingOf(a.by), namingOf(b.by)) || compare(a.secret ?? '', b.secret ?? '');
}

function namingOf({ kind, namespace, name }: NamedHost['by']): string {
  return `${kind}/${namespace}/${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
