/** How a registry wants to be logged in to, by its header `WWW-Authenticate`. */
export type Challenge =
  | { is: 'basic' }
  /** A token is to be had at `realm`. */
  | { is: 'bearer'; realm: string; service: string; scope: string };

/** Where a token is to be had. */
export interface TokenPlace {
  /** With what the registry says of service and scope in its query. */
  url: string;
  /** Whether it is the registry's own host. */
  own: boolean;
}

const parameter = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;
const mostScopes = 5;

/** What the header says: the first of its challenges that we can answer, Bearer before Basic; null if there is none. Pure. */
export function challengeOf(header: string): Challenge | null {
  const bearer = /(?:^|,)\s*Bearer\s+([^]*)$/i.exec(header);
  if (bearer !== null) {
    const told = new Map<string, string>();
    for (const [, name = '', quoted, bare] of (bearer[1] ?? '').matchAll(parameter)) {
      const key = name.toLowerCase();
      if (!told.has(key)) told.set(key, (quoted ?? bare ?? '').replaceAll(/\\(.)/g, '$1'));
    }
    const of = (name: string) => told.get(name) ?? '';
    return { is: 'bearer', realm: of('realm'), service: of('service'), scope: of('scope') };
  }
  return /(?:^|,)\s*Basic\b/i.test(header) ? { is: 'basic' } : null;
}

/**
 * Where a token for `scope` is to be had. Null where nobody may be asked: what is no URL, holds a name or a password, is
 * less safe than the registry itself, or belongs to another host and is no https. Pure.
 */
export function tokenPlace(
  { realm, service }: Extract<Challenge, { is: 'bearer' }>,
  registryUrl: string,
  scope: string,
): TokenPlace | null {
  const url = URL.parse(realm);
  const registry = URL.parse(registryUrl);
  if (url === null || registry === null || url.username !== '' || url.password !== '') return null;
  const own = url.hostname === registry.hostname;
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && own && registry.protocol === 'http:');
  if (!safe) return null;
  url.hash = '';
  if (service !== '') url.searchParams.set('service', service);
  for (const each of scope.split(' ').filter(Boolean).slice(0, mostScopes)) url.searchParams.append('scope', each);
  return { url: url.href, own };
}
