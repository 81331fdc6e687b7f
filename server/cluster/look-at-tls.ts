import { isIP, isIPv6 } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { domainToASCII } from 'node:url';
import type { Connection, TlsLook, TlsTarget } from './connection.ts';
import { judgeLook } from './judge-look.ts';
import { lookOfFailure, noLook } from './look-trouble.ts';
import { mayBeOutdated, outdatedContext } from './outdated-context.ts';
import { readCertificate } from './read-certificate.ts';
import { createResolvers, type Resolvers } from './resolve-by.ts';
import { sayable } from './sayable.ts';
import { shakeHandsOnce, type Shaken } from './single-handshake.ts';
import { createTrustStore, type Trust, type TrustStore } from './trust-store.ts';
import { walkChain } from './walk-chain.ts';
import type { Endpoint } from './way-in.ts';

type Certificate = Extract<Shaken, { came: 'certificate' }>;

/** What is kept from one look to the next. Nothing of a connection is: each handshake is a whole one. */
interface Kept {
  trusts: TrustStore;
  resolvers: Resolvers;
  outdated: ReturnType<typeof outdatedContext> | null;
}

/** Looks at certificates of any servers; `endpoint` gives the cluster's own authority as it is now. */
export function createTlsLooks(endpoint: () => Endpoint): Connection['lookAtTls'] {
  const kept: Kept = { trusts: createTrustStore(), resolvers: createResolvers(), outdated: null };
  return async (target, limitMs) => {
    const address = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`;
    try {
      const trust = await kept.trusts.of(target.trust === 'cluster' ? endpoint().ca : null, target.also);
      return await look(kept, trust, { ...target, address }, limitMs);
    } catch (error) {
      // What Node refuses outright: a port beyond 65535, a resolver that is no address, a PEM text that holds none.
      const { code, message } = error as NodeJS.ErrnoException;
      return noLook('unexpected', `${address} cannot be asked: ${message}${code === undefined ? '' : ` (${code})`}`);
    }
  };
}

async function look(
  kept: Kept,
  trust: Trust,
  target: TlsTarget & { address: string },
  limitMs: number,
): Promise<TlsLook> {
  const { address, host } = target;
  if (host === '') return noLook('dns', 'no host is given');
  const to = connectionTo(kept, target);
  const startedAt = performance.now();
  const first = await shakeHandsOnce(to, trust.context, limitMs);
  if (first.came === 'certificate') return seen(trust.asked ? first : { ...first, code: null }, trust, target);
  const failed = lookOfFailure(first, address, limitMs);
  if (first.came !== 'error' || !mayBeOutdated(first.error)) return failed;
  kept.outdated ??= outdatedContext();
  const leftMs = Math.max(1, limitMs - (performance.now() - startedAt));
  const second = await shakeHandsOnce(to, kept.outdated, leftMs);
  return second.came === 'certificate' ? seenOutdated(second, trust, target) : failed;
}

function connectionTo({ resolvers }: Kept, { host, port, serverName, resolver }: TlsTarget): ConnectionOptions {
  const name = asciiName(serverName || host);
  return {
    host: asciiName(host),
    port,
    // An address may not be sent as a server name.
    servername: isIP(name) ? '' : name,
    // Judged by us.
    checkServerIdentity: () => undefined,
    ...(resolver !== '' && { lookup: resolvers.lookupBy(resolver) }),
  };
}

function seen(shaken: Certificate, { authorities }: Trust, target: TlsTarget & { address: string }): TlsLook {
  const { certificate, chain, code, protocol } = shaken;
  // What Node believes needs no second look.
  const walk =
    code === '' ? ({ chainIs: 'complete', top: certificate } as const) : walkChain(certificate, chain, authorities);
  const shown = { ...readCertificate(certificate, chain), chainIs: walk.chainIs };
  const expected = [target.serverName || target.host, target.otherName].filter((name) => name !== '').map(asciiName);
  const { address } = target;
  const judgement = judgeLook({ certificate, shown, walk, code, expected, address, now: Date.now() });
  return { ...judgement, trouble: '', certificate: shown, protocol };
}

const outdatedNames: Readonly<Record<string, string>> = { TLSv1: 'TLS 1.0', 'TLSv1.1': 'TLS 1.1' };

/** Node's own opinion does not count here: it was told to trust nobody. */
function seenOutdated(shaken: Certificate, trust: Trust, target: TlsTarget & { address: string }): TlsLook {
  const look = seen({ ...shaken, code: null }, trust, target);
  const what = outdatedNames[shaken.protocol] ?? 'outdated ciphers or keys';
  const message = `${target.address} speaks only ${what}, which browsers refuse`;
  return {
    ...look,
    trouble: 'old-protocol',
    message: sayable(look.message === '' ? message : `${message}; ${look.message}`),
  };
}

/** As it is sent and compared: `müller.example` is `xn--mller-kva.example`, and the root's dot is left out. */
function asciiName(name: string): string {
  if (isIP(name)) return name;
  const bare = name.replace(/\.$/, '');
  return domainToASCII(bare) || bare;
}
