import type { GatewayFact, GatewayListener } from '#server/facts/gateway.ts';
import type { HttpRouteFact } from '#server/facts/http-route.ts';
import { fitsHost, hostNameOf, isWildcard } from './host-name.ts';
import { mostOfOne, type NamedHost } from './named-hosts.ts';

/** The hosts of Gateways' listeners that speak TLS: those that a listener names, and those of the routes through it. */
export function hostsOfGateways(gateways: Iterable<GatewayFact>, routes: Iterable<HttpRouteFact>): NamedHost[] {
  const byKey = new Map([...gateways].map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway]));
  const own = [...byKey.values()].flatMap((gateway) => hostsOfListeners(gateway));
  return [...own, ...[...routes].flatMap((route) => hostsOfRoute(route, byKey))];
}

function hostsOfListeners(gateway: GatewayFact): NamedHost[] {
  const by = { kind: 'Gateway', namespace: gateway.namespace, name: gateway.name };
  return tlsListeners(gateway).flatMap((listener) => {
    const host = hostNameOf(listener.hostname);
    return host === null ? [] : [{ host, port: portOf(gateway, listener), secret: listener.secret, by }];
  });
}

function hostsOfRoute(route: HttpRouteFact, gateways: ReadonlyMap<string, GatewayFact>): NamedHost[] {
  return routedHosts(route, gateways, tlsListeners).map(({ className: _, ...host }) => host);
}

/** The hosts of a route through those listeners of its Gateways that `through` picks, and the class of each Gateway. */
export function routedHosts(
  route: HttpRouteFact,
  gateways: ReadonlyMap<string, GatewayFact>,
  through: (gateway: GatewayFact) => readonly GatewayListener[],
): (NamedHost & { className: string })[] {
  const by = { kind: 'HTTPRoute', namespace: route.namespace, name: route.name };
  const named = route.parents.flatMap((parent) => {
    const gateway = gateways.get(`${parent.namespace}/${parent.name}`);
    if (gateway === undefined) return [];
    const { className } = gateway;
    return through(gateway)
      .filter((listener) => goesThrough(parent, listener))
      .flatMap((listener) => {
        const { secret } = listener;
        const port = portOf(gateway, listener);
        return sharedHosts(listener.hostname, route.hostnames).map((host) => ({ host, port, secret, by, className }));
      });
  });
  return named.slice(0, mostOfOne);
}

/** The listeners that speak TLS. */
export function tlsListeners({ listeners }: GatewayFact): GatewayListener[] {
  return listeners.filter(({ protocol }) => /^(https|tls)$/i.test(protocol));
}

/** Those for plain HTTP. */
export function plainListeners({ listeners }: GatewayFact): GatewayListener[] {
  return listeners.filter(({ protocol }) => /^http$/i.test(protocol));
}

/** Listeners of protocol TLS are for other kinds of routes: an HTTPRoute goes through one only if it says so. */
function goesThrough(parent: HttpRouteFact['parents'][number], listener: GatewayListener): boolean {
  const named = parent.listener !== '' || parent.port !== null;
  if (!named && listener.protocol.toUpperCase() === 'TLS') return false;
  return (
    (parent.listener === '' || parent.listener === listener.name) &&
    (parent.port === null || parent.port === listener.port)
  );
}

/** The hosts that both listener and route serve, without those of which only a wildcard is known. */
function sharedHosts(ofListener: string, ofRoute: readonly string[]): string[] {
  if (ofRoute.length === 0) return hostsIn([ofListener]);
  if (ofListener === '') return hostsIn(ofRoute);
  const host = hostNameOf(ofListener);
  if (host !== null) return ofRoute.some((each) => fitsHost(each, host, 'any')) ? [host] : [];
  if (!isWildcard(ofListener)) return [];
  return hostsIn(ofRoute).filter((each) => fitsHost(ofListener, each, 'any'));
}

function hostsIn(names: readonly string[]): string[] {
  return names.map(hostNameOf).filter((host) => host !== null);
}

/**
 * Traefik demands that a listener's port be that of its own entry point, 8443 or 8000 as it is mostly installed, which its
 * Service shows to users as 443 and 80.
 */
function portOf({ className }: GatewayFact, { port }: GatewayListener): number {
  if (!/traefik/i.test(className)) return port;
  return port === 8443 ? 443 : port === 8000 ? 80 : port;
}
