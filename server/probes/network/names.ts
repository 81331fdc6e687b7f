import { Resolver } from 'node:dns/promises';
import { msSince, type Asking } from './asking.ts';
import { NetworkFailure } from './network-failure.ts';
import { SystemLookups, type SystemLookup } from './system-lookups.ts';

/** Looks names up for askings. */
export interface Names {
  /** 1 to 20 addresses, the one to be tried first leading; rejects with a `NetworkFailure` only. `resolver` "" is the system's. */
  find(asking: Asking, host: string, resolver: string): Promise<readonly string[]>;
}

/** For tests. */
export interface NamesOptions {
  lookup?: SystemLookup;
  /** Whom to ask where the system takes too long; default: those that the system is set to. */
  servers?: readonly string[];
}

// Below the 10 s of an asking, so that a dead DNS server is told as what it is.
const patience = { timeout: 2_000, tries: 2 };
// A slow look-up may hold up all others in their queue: from then on we ask the DNS servers ourselves as well.
const slowMs = 500;
// Some DNS servers never answer for one of the two families.
const otherFamilyMs = 300;
const most = 20;

/** Names as the system finds them, or as a DNS server of the owner's choice says. */
export function createNames({ lookup, servers = [] }: NamesOptions = {}): Names {
  const lookups = new SystemLookups(lookup);
  return {
    async find(asking, host, resolver) {
      const begunAt = performance.now();
      const finding = resolver === '' ? bySystem(asking, lookups, host, servers) : byServers(asking, host, [resolver]);
      const late = (within: string) => new NetworkFailure('dns', `the name ${host} could not be resolved ${within}`);
      try {
        return await asking.within(finding, late);
      } catch (error) {
        throw asFailure(error, host, resolver);
      } finally {
        asking.phases.dnsMs = msSince(begunAt);
      }
    },
  };
}

function asFailure(error: unknown, host: string, resolver: string): NetworkFailure {
  if (error instanceof NetworkFailure) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code.startsWith('ERR_')) {
    return new NetworkFailure('unexpected', `the resolver ${resolver} for ${host} is no address of a DNS server`);
  }
  const by = resolver === '' ? '' : ` by ${resolver}`;
  return new NetworkFailure('dns', `the name ${host} cannot be resolved${by}${code === '' ? '' : ` (${code})`}`);
}

/** By the system, and if that takes long by its DNS servers directly too: whoever finds it first. */
function bySystem(
  asking: Asking,
  lookups: SystemLookups,
  host: string,
  servers: readonly string[],
): Promise<readonly string[]> {
  const system = lookups.of(host);
  return new Promise((resolve, reject) => {
    let directly: Promise<void> = Promise.resolve();
    const slow = setTimeout(() => {
      // What they do not know the system may still find in its hosts file.
      directly = byServers(asking, host, servers).then(resolve, (error: unknown) => void error);
    }, slowMs).unref();
    asking.hold({ destroy: () => (clearTimeout(slow), system.leave()) });
    system.found.then(resolve, (error: Error) => {
      clearTimeout(slow);
      void directly.then(() => reject(error));
    });
  });
}

/** Directly, both families; `servers` empty: those that the system is set to. */
function byServers(asking: Asking, host: string, servers: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const resolver = new Resolver(patience);
    if (servers.length > 0) resolver.setServers([...servers]);
    let other: NodeJS.Timeout | undefined;
    // Its own socket and timers, so that they end with the asking.
    asking.hold({ destroy: () => (clearTimeout(other), resolver.cancel()) });
    const found: [string[], string[]] = [[], []];
    const errors: unknown[] = [];
    const settle = () => {
      const all = found.flat().slice(0, most);
      if (all.length > 0) resolve(all);
      else reject(errors[0] as Error);
    };
    let open = found.length;
    const take = async (family: 0 | 1, asked: Promise<string[]>) => {
      try {
        found[family] = await asked;
      } catch (error) {
        errors.push(error);
      }
      open -= 1;
      if (open === 0) settle();
      else if (found[family].length > 0) other = setTimeout(settle, otherFamilyMs).unref();
    };
    void take(0, resolver.resolve4(host));
    void take(1, resolver.resolve6(host));
  });
}
