import type { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { authoritiesIn, type Authorities } from './authorities.ts';
import { certificatesIn } from './endpoint.ts';
import { isSelfSigned } from './read-certificate.ts';
import { readSystemAuthorities, systemAuthorities } from './system-authorities.ts';

/** Whom to trust, made ready for handshakes. */
export interface Trust {
  context: SecureContext;
  authorities: Authorities;
  /** False: the context trusts nobody, and what Node says of a certificate means nothing. */
  asked: boolean;
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
  const asked = !signEachOther([...(ca === null ? [] : [ca]), ...also].flatMap(certificatesIn));
  // As Go does: an intermediate authority is enough to be trusted.
  const context = createSecureContext({ ca: asked ? pems() : [], allowPartialTrustChain: true });
  return { context, authorities: authoritiesIn(pems), asked };
}

/**
 * True if somebody among them has been signed by whom he has signed, over however many others, as after an authority was
 * exchanged for another with certificates both ways: Node goes round such a loop for ever (24.21).
 */
function signEachOther(certificates: readonly X509Certificate[]): boolean {
  const signed = certificates.filter((certificate) => !isSelfSigned(certificate));
  const from = (name: string, seen: readonly string[]): boolean => {
    if (seen.includes(name)) return true;
    return signed.some(({ subject, issuer }) => subject === name && from(issuer, [...seen, name]));
  };
  return signed.some(({ subject }) => from(subject, []));
}
