import type { IngressFact } from '#server/facts/ingress.ts';
import type { IngressRouteFact } from '#server/facts/ingress-route.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { fitsHost, hostNameOf, isWildcard } from './host-name.ts';

/** A host that an object of the cluster names, and the port on which it speaks TLS. */
export interface NamedHost {
  host: string;
  port: number;
  /** `namespace/name` of the Secret with its certificate, null where none is named. */
  secret: string | null;
  by: TlsServerFact['namedBy'][number];
}

/** The most that one object adds. */
export const mostOfOne = 200;

/** The hosts of an Ingress's TLS blocks. A wildcard cannot be asked: it stands for the rules' hosts below it. */
export function hostsOfIngress({ namespace, name, hosts, tls, addresses }: IngressFact): NamedHost[] {
  const by = { kind: 'Ingress', namespace, name };
  const named = tls.flatMap(({ hosts: own, secretName }) => {
    const asked = own.length === 0 ? hosts : own.flatMap((host) => (isWildcard(host) ? below(host, hosts) : [host]));
    const secret = secretName === '' ? null : `${namespace}/${secretName}`;
    return asked.flatMap((host) => {
      const known = askedHost(host, addresses);
      return known === null ? [] : [{ host: known, port: 443, secret, by }];
    });
  });
  return named.slice(0, mostOfOne);
}

/** The hosts of an Ingress's rules that no TLS block of it covers: they are served by plain HTTP. */
export function plainHostsOfIngress(ingress: IngressFact): NamedHost[] {
  const { namespace, name, hosts, addresses } = ingress;
  const byTls = new Set(hostsOfIngress(ingress).map(({ host }) => host));
  const plain = hosts.flatMap((written) => {
    const host = askedHost(written, addresses);
    return host === null || byTls.has(host) ? [] : [host];
  });
  const by = { kind: 'Ingress', namespace, name };
  return plain.slice(0, mostOfOne).map((host) => ({ host, port: 80, secret: null, by }));
}

/** A host of an Ingress as it is asked, null for what cannot be. */
export function askedHost(written: string, addresses: readonly string[]): string | null {
  const known = hostNameOf(written);
  return known === null ? null : fullName(known, addresses);
}

function below(wildcard: string, hosts: readonly string[]): string[] {
  return hosts.filter((host) => !isWildcard(host) && fitsHost(wildcard, host.toLowerCase(), 'one'));
}

/** Tailscale's Ingresses write the first label alone, and their status tells the whole name. */
function fullName(host: string, addresses: readonly string[]): string {
  if (host.includes('.') || host.includes(':')) return host;
  const whole = addresses.map(hostNameOf).find((address) => address?.startsWith(`${host}.`));
  return whole ?? host;
}

/** The hosts of an IngressRoute if it speaks TLS: by itself, or by Traefik's entry point for it. */
export function hostsOfIngressRoute({ namespace, name, entryPoints, hosts, tls }: IngressRouteFact): NamedHost[] {
  if (!speaksTls({ entryPoints, tls })) return [];
  const by = { kind: 'IngressRoute', namespace, name };
  const secret = tls === null || tls.secretName === '' ? null : `${namespace}/${tls.secretName}`;
  return hosts.flatMap((written) => {
    const host = hostNameOf(written);
    return host === null ? [] : [{ host, port: 443, secret, by }];
  });
}

/** The hosts of an IngressRoute that are served by plain HTTP alone: by Traefik's entry point for it, or by all of them. */
export function plainHostsOfIngressRoute({ namespace, name, entryPoints, hosts, tls }: IngressRouteFact): NamedHost[] {
  const isAtWeb = entryPoints.length === 0 || entryPoints.includes('web');
  if (speaksTls({ entryPoints, tls }) || !isAtWeb) return [];
  const by = { kind: 'IngressRoute', namespace, name };
  return hosts.flatMap((written) => {
    const host = hostNameOf(written);
    return host === null ? [] : [{ host, port: 80, secret: null, by }];
  });
}

function speaksTls({ entryPoints, tls }: Pick<IngressRouteFact, 'entryPoints' | 'tls'>): boolean {
  return tls === null ? entryPoints.includes('websecure') : !isPlain(entryPoints);
}

/** Where only Traefik's entry point for HTTP is named, nothing listens at the port of TLS, whatever `tls` says. */
function isPlain(entryPoints: readonly string[]): boolean {
  return entryPoints.length > 0 && entryPoints.every((name) => name === 'web');
}
