import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

// Underscores are none of DNS's host names, but resolvers and homes use them.
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const dnsName = new RegExp(`^${label}(?:\\.${label})*$`);

/**
 * A host as it is asked for: in lower case, without brackets and final dot, `münchen.example` as `xn--mnchen-3ya.example`. Null for what is neither a DNS name nor an
 * address: wildcards, empty labels, names whose last label is a number, link-local addresses with a zone.
 */
export function hostNameOf(text: string): string | null {
  const plain = asciiOf(text)
    .toLowerCase()
    .replace(/^\[(.+)\]$/, '$1');
  if (isIP(plain) !== 0) return plain.includes('%') ? null : plain;
  const name = plain.replace(/\.$/, '');
  if (name.length > 253 || !dnsName.test(name)) return null;
  // 10.0.0.300 is a mistake and no name.
  return /(?:^|\.)\d+$/.test(name) ? null : name;
}

/** As DNS and certificates write it, "" where that cannot be; what is ASCII stays as it is, mistakes too. */
function asciiOf(text: string): string {
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  return isAscii ? text : domainToASCII(text.slice(0, 1_000));
}

/** True if the pattern is a wildcard, `*.example` or Traefik's `**.example`. */
export function isWildcard(pattern: string): boolean {
  return /^\*{1,2}\./.test(pattern);
}

/** True if the host is what the pattern says, or below it if that is a wildcard; `labels` says how many labels the `*` stands for. */
export function fitsHost(pattern: string, host: string, labels: 'one' | 'any'): boolean {
  const wanted = pattern.toLowerCase().replace(/\.$/, '');
  if (!isWildcard(wanted)) return wanted === host;
  const end = wanted.slice(wanted.indexOf('.'));
  if (!host.endsWith(end) || host.length === end.length) return false;
  return labels === 'any' || !host.slice(0, -end.length).includes('.');
}

/** `git.example`, `git.example:8443`, `[fd00::1]:8443`: as owners call a server, without the port that is usual for TLS. */
export function serverName(host: string, port: number): string {
  if (port === 443) return host;
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
