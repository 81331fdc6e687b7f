import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

/** Looks names up by a DNS server of the owner's choice: split DNS gives users another address than the wall's own machine. */
export interface Resolvers {
  /** The `lookup` of `node:net` that asks `server` ("192.168.8.1", with a port if need be). Throws if that is no address. */
  lookupBy(server: string): LookupFunction;
}

/** A name that could not be resolved; its code is that of DNS. */
export class LookupError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'LookupError';
    this.code = code;
  }
}

// Twice 3 s: below the 10 s of a handshake, so that it is told as what it is.
const patience = { timeout: 3_000, tries: 2 };
const mostKept = 8;

/** Keeps a resolver for each DNS server. */
export function createResolvers(): Resolvers {
  const kept = new Map<string, Resolver>();
  const resolverOf = (server: string) => {
    const known = kept.get(server);
    if (known !== undefined) return known;
    if (kept.size >= mostKept) kept.clear();
    const resolver = new Resolver(patience);
    resolver.setServers([server]);
    kept.set(server, resolver);
    return resolver;
  };
  return {
    lookupBy(server) {
      const resolver = resolverOf(server);
      return (host, options, callback) => {
        resolve(resolver, host).then(
          (found) => (options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family)),
          (error: LookupError) => callback(error, '', 0),
        );
      };
    },
  };
}

/** Addresses of both families, at least one. Rejects with a `LookupError` only. */
async function resolve(resolver: Resolver, host: string): Promise<{ address: string; family: number }[]> {
  if (isIP(host)) return [{ address: host, family: isIP(host) }];
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = (answer: PromiseSettledResult<string[]>, family: number) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
  const found = [...addresses(four, 4), ...addresses(six, 6)];
  if (found.length > 0) return found;
  const reason: unknown = four.status === 'rejected' ? four.reason : undefined;
  const { code = 'ENOTFOUND', message = 'no address' } = (reason ?? {}) as NodeJS.ErrnoException;
  throw new LookupError(code, message);
}
