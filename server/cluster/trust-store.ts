import { createSecureContext, type SecureContext } from 'node:tls';
import { authoritiesIn, type Authorities } from './authorities.ts';
import { readSystemAuthorities, systemAuthorities } from './system-authorities.ts';

/** Whom to trust, made ready for handshakes. */
export interface Trust {
  context: SecureContext;
  authorities: Authorities;
}

/** Keeps what it takes to trust: to make it anew for each handshake would cost 20 ms and 3 MB each time (measured). */
export interface TrustStore {
  /** `ca`: PEM of whom to trust, null for the system's; `also`: PEM of further ones. Rejects if one of them cannot be read. */
  of(ca: string | null, also: readonly string[]): Promise<Trust>;
}

// Few owners have more than two private authorities.
const mostKept = 8;

/** A store that has read nothing yet. */
export function createTrustStore(): TrustStore {
  const kept = new Map<string, Promise<Trust>>();
  return {
    of(ca, also) {
      const key = [ca ?? 'system', ...also].join('\n');
      const trust = kept.get(key) ?? makeTrust(ca, also);
      kept.delete(key);
      kept.set(key, trust);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return trust;
    },
  };
}

async function makeTrust(ca: string | null, also: readonly string[]): Promise<Trust> {
  if (ca === null) await readSystemAuthorities();
  const pems = () => [...(ca === null ? systemAuthorities() : [ca]), ...also];
  // As Go does: an intermediate authority is enough to be trusted.
  const context = createSecureContext({ ca: pems(), allowPartialTrustChain: true });
  return { context, authorities: authoritiesIn(pems) };
}
