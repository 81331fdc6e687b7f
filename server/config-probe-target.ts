import { isIP } from 'node:net';
import { whyForbidden } from '#server/probes/network/forbidden-address.ts';
import { hostNameOf } from '#server/probes/host-name.ts';
import { parseHostPort, parseUrl, type Place } from './config-places.ts';
import { holdsPassword } from './config-secrets.ts';
import { quoted } from './config-values.ts';

/** What a probe asks, as its URL says. `url` is as it is sent, without what stands behind `#`. */
export type ProbeTarget =
  | ({ is: 'http'; url: string; secure: boolean } & Place)
  | ({ is: 'tcp' } & Place)
  | { is: 'dns'; name: string }
  | { is: 'host'; host: string };

const should =
  'is no URL that can be asked: write it like https://git.example/, tcp://nas.home:445, dns://git.example or host://nas.home, without a password';

/** The target of a URL, or what is wrong with it; nothing is told of a password in it. */
export function parseTarget(input: unknown): { value: ProbeTarget } | { problem: string } {
  const target = typeof input === 'string' && !/[\s\p{Cc}]/u.test(input) ? targetOf(input) : null;
  return target === null ? { problem: addressProblem(input, should) } : { value: target };
}

function targetOf(text: string): ProbeTarget | null {
  const [, scheme = '', rest = ''] = /^(tcp|dns|host):\/\/([^/?#@]+)\/?$/i.exec(text) ?? [];
  if (scheme === '') {
    const place = parseUrl(text);
    return place === null ? null : { is: 'http', url: withoutFragment(text), ...place };
  }
  if (scheme.toLowerCase() === 'tcp') {
    const place = /:\d{1,5}$/.test(rest) ? parseHostPort(rest) : null;
    return place === null ? null : { is: 'tcp', ...place };
  }
  const host = hostNameOf(rest);
  if (host === null) return null;
  // Of an address there is nothing to look up.
  if (scheme.toLowerCase() === 'dns') return isIP(host) === 0 ? { is: 'dns', name: host } : null;
  return { is: 'host', host };
}

function withoutFragment(text: string): string {
  const url = new URL(text);
  url.hash = '';
  return url.href;
}

/** What is wrong with an address; a password in it is, whatever else is. Nothing of a query is told: it may hold a key. */
export function addressProblem(input: unknown, otherwise: string): string {
  const isSecret = typeof input === 'string' && holdsPassword(input);
  const shown = quoted(typeof input === 'string' ? input.replace(/\?[^]*$/, '?...') : input);
  return isSecret ? `${shown} holds a name or password, and must be written without it` : `${shown} ${otherwise}`;
}

/** True if this host is itself an address that is asked only where `linkLocal: true` is written. */
export function needsLinkLocal(host: string): boolean {
  return isIP(host) !== 0 && whyForbidden(host, { linkLocal: false, loopback: true }) !== '';
}
