import { createHash, X509Certificate } from 'node:crypto';
import type { Endpoint } from './way-in.ts';

/** Takes a server's URL apart; the problem is to be said after "server": "is no URL". Never quotes the URL: it may hold a password. */
export function parseServer(
  server: string,
): Pick<Endpoint, 'server' | 'tls' | 'host' | 'port' | 'address' | 'pathPrefix'> | { problem: string } {
  // kubectl takes a bare host for http.
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `http://${server}`;
  if (!URL.canParse(text)) return { problem: 'is no URL' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: 'begins with neither https:// nor http://' };
  if (url.username !== '' || url.password !== '')
    return { problem: 'holds a user or a password, which the API does not take' };
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  const pathPrefix = url.pathname.replace(/\/+$/, '');
  return {
    server: `${url.origin}${pathPrefix}`,
    tls,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    address: `${url.hostname}:${port}`,
    pathPrefix,
  };
}

/** The certificates in a PEM text. Throws if one of them is broken. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks =
    pem.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** A short hash of the CA whose bytes do not depend on how the PEM is written, "" where there is none. */
export function caHash({ ca }: Endpoint): string {
  if (ca === null) return '';
  const hash = createHash('sha256');
  for (const { raw } of certificatesIn(ca)) hash.update(raw);
  return hash.digest('hex').slice(0, 16);
}
