import { isIP, isIPv6 } from 'node:net';
import { hostNameOf } from '#server/probes/host-name.ts';
import type { ConfiguredServer } from '#server/probes/tls-config.ts';

/** Where a server is. */
export interface Place {
  /** A DNS name or an address without brackets. */
  host: string;
  port: number;
}

/** `git.example` (port 443), `10.0.0.10:2379`, `[fd00::10]:2379`; null if it is none of these. */
export function parseHostPort(text: string): Place | null {
  const whole = isIPv6(text) ? text : null;
  const [, named = '', digits = '443'] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = hostNameOf(whole ?? named);
  const port = parsePort(whole === null ? Number(digits) : 443);
  return host === null || port === null ? null : { host, port };
}

/** A number from 1 to 65535, else null. */
export function parsePort(input: unknown): number | null {
  const isPort = typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= 65_535;
  return isPort ? input : null;
}

/** `10.0.0.53`, `10.0.0.53:5353`, `[fd00::53]:53` as they are; null for all else, names too: somebody must resolve them. */
export function parseResolver(input: unknown): string | null {
  if (typeof input !== 'string') return null;
  const place = parseHostPort(input);
  return place !== null && isIP(place.host) !== 0 ? input : null;
}

/** Where a URL leads and whether it speaks TLS; null if it is none of http or https, or holds a name and password. */
export function parseUrl(input: unknown): (Place & { secure: boolean }) | null {
  if (typeof input !== 'string' || input.length > 2_000 || !URL.canParse(input)) return null;
  const { protocol, hostname, port, username, password } = new URL(input);
  const secure = protocol === 'https:';
  const host = hostNameOf(hostname);
  if ((!secure && protocol !== 'http:') || host === null || username !== '' || password !== '') return null;
  return { host, port: port === '' ? (secure ? 443 : 80) : Number(port), secure };
}

/** API server, RKE2's supervisor, kubelet, etcd: their certificates are signed inside the cluster. */
const clusterPorts: ReadonlySet<number> = new Set([6_443, 9_345, 10_250, 2_379, 2_380]);

/** Whom to trust for a port where nothing is written. */
export function trustOf(port: number): ConfiguredServer['trust'] {
  return clusterPorts.has(port) ? 'cluster' : 'system';
}
