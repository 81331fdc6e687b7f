import { isIP, isIPv6 } from 'node:net';
import type { ProbeWish } from '#server/facts/probe-wish.ts';
import { askedPath } from './asked-path.ts';
import { hostNameOf, serverName } from './host-name.ts';
import { namedServices, type NamedService, type ServiceNamingFacts } from './named-services.ts';
import type { ConfiguredProbe, ProbeAsk, ServicesConfig } from './service-config.ts';
import { addressFor } from './wanted-servers.ts';
import type { WantedService } from './wanted-service.ts';

/** So many are probed: twice a minute each, that is 17 a second. */
export const mostWantedServices = 500;
const mostNaming = 20;
const mostServices = 20;
// To the login page, and from HTTP to HTTPS on the way.
const redirects = 5;

/** Services to probe, and how many more would be if there were not too many. */
export interface WantedServices {
  wanted: readonly WantedService[];
  leftOut: number;
}

/** All services to probe, at most `mostWantedServices`: what the owner names, in the order of the file, then hosts by name. Pure. */
export function wantedServices(facts: ServiceNamingFacts, config: ServicesConfig): WantedServices {
  const groups = groupsOf(facts, config);
  const own = config.probes.map((probe) => configured(probe, groups));
  const taken = new Set(config.probes.flatMap(({ asks }) => (asks.is === 'http' ? serverOf(asks.ask.url).name : [])));
  const found = [...groups].filter(([name, group]) => !taken.has(name) && !wishOf(group).wish.off);
  const room = Math.max(0, mostWantedServices - own.length);
  const hosts = found.toSorted(([a], [b]) => compare(a, b)).slice(0, room);
  const askedAt = Map.groupBy(
    [...own.map(({ host }) => host), ...found.map(([, [each]]) => each!.host)],
    (host) => host,
  );
  const isAlone = (host: string) => askedAt.get(host)?.length === 1;
  const wanted = [
    ...own.slice(0, mostWantedServices),
    ...hosts.map(([name, group]) => discovered(name, group, config, isAlone)),
  ];
  return { wanted, leftOut: own.length + found.length - wanted.length };
}

/** All objects that name a host and port, in the same order whatever the order of the facts. A host that speaks TLS is asked by it alone. */
function groupsOf(facts: ServiceNamingFacts, config: ServicesConfig): ReadonlyMap<string, readonly NamedService[]> {
  if (!config.discover) return new Map();
  const { namespaces, except } = config;
  const isLookedAt = (name: string) => (namespaces.length === 0 || namespaces.includes(name)) && !except.includes(name);
  const named = namedServices(facts, isLookedAt);
  const byTls = new Set(named.filter(({ speaksTls }) => speaksTls).map(({ host }) => host));
  const asked = named.filter(({ host, speaksTls }) => (speaksTls || !byTls.has(host)) && isInUrls(host));
  const ordered = asked.map((each) => ({ each, naming: namingOf(each.by) }));
  const groups = new Map<string, NamedService[]>();
  for (const { each } of ordered.toSorted((a, b) => compare(a.naming, b.naming))) {
    const name = serverName(each.host, each.port);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return groups;
}

/** Some names can be told by DNS and not by a URL: `nas.0x7f` would be an address. */
function isInUrls(host: string): boolean {
  return URL.parse(`https://${inUrl(host)}/`) !== null;
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function discovered(
  server: string,
  group: readonly NamedService[],
  config: ServicesConfig,
  isAlone: (host: string) => boolean,
): WantedService {
  const { host, port, speaksTls } = group[0]!;
  // Owners name plain HTTP by its host alone, too, where nothing else of the same host is asked.
  const name = port === 80 && isAlone(host) ? host : server;
  const { wish, by } = wishOf(group);
  const path = wish.path === '' ? askedPath(group.flatMap(({ paths }) => paths)) : wish.path;
  const scheme = speaksTls ? 'https' : 'http';
  const url = new URL(`${scheme}://${inUrl(host)}:${port}${path}`).href;
  const problem = wish.problem === '' ? '' : `${by.kind} ${by.namespace}/${by.name}: ${wish.problem}`;
  const { everyMs, timeoutMs, slowMs } = config;
  return {
    ...{ key: `Host/${server}`, name, is: 'http', url: shownUrl(url), host, port, group: '' },
    ...reachedBy(group),
    ...{ wishProblem: problem, everyMs, timeoutMs, slowMs },
    asks: askOf(url, host, wish, config),
  };
}

function askOf(url: string, host: string, { status, text }: ProbeWish, config: ServicesConfig): ProbeAsk {
  const { linkLocal, authorities } = config;
  const address = addressFor(host, config.addresses);
  const resolver = isIP(address || host) === 0 ? config.resolver : '';
  return {
    is: 'http',
    ask: {
      // To the login page of the homelab, and of half the world, nobody goes twice a minute unless the owner names a text.
      ...{ url, method: 'GET', headers: {}, redirects, sameHost: text === '', address, resolver },
      // A private authority is no reason to call it down: its certificate is judged elsewhere.
      ...{ verify: 'dates', authorities, linkLocal, loopback: 'written' },
    },
    expects: { status, text, absent: '', json: [] },
  };
}

/** What the first object that wishes anything wishes. */
function wishOf(group: readonly NamedService[]): Pick<NamedService, 'wish' | 'by'> {
  const wishing = group.find(({ wish }) => {
    const { off, path, text, status, problem } = wish;
    return off || status.length > 0 || `${path}${text}${problem}` !== '';
  });
  return wishing ?? group[0]!;
}

function configured(
  { name, group, everyMs, timeoutMs, slowMs, asks }: ConfiguredProbe,
  groups: ReadonlyMap<string, readonly NamedService[]>,
): WantedService {
  const own = { kind: 'Configuration', namespace: null, name };
  const server = shownServer(asks);
  const named = asks.is === 'http' ? (groups.get(serverOf(asks.ask.url).name) ?? []) : [];
  const { namedBy, services, through } = reachedBy(named);
  return {
    ...{ key: `Probe/${name}`, name, is: asks.is, ...server, group },
    namedBy: [own, ...namedBy].slice(0, mostNaming),
    ...{ services, through, wishProblem: '', everyMs, timeoutMs, slowMs, asks },
  };
}

function reachedBy(group: readonly NamedService[]): Pick<WantedService, 'namedBy' | 'services' | 'through'> {
  const naming = new Map(group.map(({ by }) => [namingOf(by), by]));
  const services = [...new Set(group.flatMap((each) => each.services))].toSorted(compare);
  return {
    namedBy: [...naming.values()].slice(0, mostNaming),
    services: services.slice(0, mostServices),
    through: group[0]?.through ?? null,
  };
}

function shownServer(asks: ProbeAsk): Pick<WantedService, 'url' | 'host' | 'port'> {
  switch (asks.is) {
    case 'http': {
      const { host, port } = serverOf(asks.ask.url);
      return { url: shownUrl(asks.ask.url), host, port };
    }
    case 'tcp': {
      const { host, port } = asks;
      return { url: `tcp://${inUrl(host)}:${port}`, host, port };
    }
    case 'dns':
      return { url: `dns://${asks.name}`, host: asks.name, port: null };
    case 'host':
      return { url: `host://${inUrl(asks.host)}`, host: asks.host, port: null };
  }
}

function serverOf(url: string): { host: string; port: number; name: string } {
  const { protocol, hostname, port: written } = new URL(url);
  const host = hostNameOf(hostname) ?? hostname;
  const port = written === '' ? (protocol === 'https:' ? 443 : 80) : Number(written);
  return { host, port, name: serverName(host, port) };
}

/** Without what may be secret in it: name and password, query and fragment. */
function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function namingOf({ kind, namespace, name }: NamedService['by']): string {
  return `${kind}/${namespace}/${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
