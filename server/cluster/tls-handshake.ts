import type { X509Certificate } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import { authoritiesIn, type Authorities } from './authorities.ts';
import type { HandshakeAnswer } from './connection.ts';
import { verification } from './dial.ts';
import { newAuthorityIn } from './new-authority.ts';
import { readCertificate } from './read-certificate.ts';
import { secureContext } from './secure-context.ts';
import { shakeHandsOnce, type Shaken } from './single-handshake.ts';
import { systemAuthorities } from './system-authorities.ts';
import { asTransportError, failureOf } from './transport-failure.ts';
import { walkChain } from './walk-chain.ts';
import type { Endpoint } from './way-in.ts';

type Certificate = Extract<Shaken, { came: 'certificate' }>;
type Judgement = Pick<HandshakeAnswer, 'outcome' | 'message'>;

/** Makes a new TLS connection without any credentials, only to look at the certificate. Never rejects. */
export type ShakeHands = (endpoint: Endpoint, limitMs: number) => Promise<HandshakeAnswer>;

/** Whom to trust, made once for many handshakes. */
interface Kept {
  of: Endpoint;
  context: SecureContext;
  authorities: Authorities;
}

/**
 * Handshakes with the API that keep whom to trust from one to the next: to read the system's 200 authorities anew each 10 s
 * took a third of a percent of a core (measured). What they keep resumes nothing: each handshake is a whole one.
 */
export function createHandshakes(): ShakeHands {
  let kept: Kept | null = null;
  return async (endpoint, limitMs) => {
    if (kept?.of !== endpoint) kept = keptFor(endpoint);
    const shaken = await shakeHandsOnce(verification(endpoint), kept.context, limitMs);
    return shaken.came === 'certificate' ? seen(kept, shaken) : unseen(endpoint, shaken, limitMs);
  };
}

function keptFor(endpoint: Endpoint): Kept {
  const authorities = authoritiesIn(() => (endpoint.ca === null ? systemAuthorities() : [endpoint.ca]));
  return { of: endpoint, context: secureContext(endpoint, null)!, authorities };
}

function seen({ of: endpoint, authorities }: Kept, { certificate, chain, code }: Certificate): HandshakeAnswer {
  const chainIs = code === '' ? 'complete' : walkChain(certificate, chain, authorities).chainIs;
  const shown = { ...readCertificate(certificate, chain), chainIs };
  const { subject, issuer, notBefore, notAfter } = shown;
  const { ca } = endpoint;
  const compared = chainIs !== 'complete' && ca !== null ? newAuthorityIn([certificate, ...chain], ca) : null;
  const judgement = endpoint.skipVerify
    ? judgedByDates(shown)
    : judged(endpoint, code ?? ownCode(endpoint, certificate, shown), certificate.subjectAltName);
  return {
    ...judgement,
    subject,
    issuer,
    notBefore,
    notAfter,
    certificate: shown,
    newAuthority: compared !== null,
    authorities: compared,
  };
}

function judged({ address }: Endpoint, code: string, names: string | undefined): Judgement {
  if (code === '') return { outcome: 'trusted', message: '' };
  const error = Object.assign(new Error(`altnames: ${names ?? 'none'}`), { code });
  return { outcome: outcomeOf(code), message: asTransportError(error, address).message };
}

/** What Node would have said of a certificate, had the server not broken off because we have none of our own (TLS 1.2). */
function ownCode(endpoint: Endpoint, certificate: X509Certificate, shown: ShownCertificate): string {
  if (shown.chainIs !== 'complete') return 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  const { outcome } = judgedByDates(shown);
  if (outcome === 'expired') return 'CERT_HAS_EXPIRED';
  if (outcome === 'not-yet-valid') return 'CERT_NOT_YET_VALID';
  const wrong = verification(endpoint).checkServerIdentity?.(endpoint.host, certificate.toLegacyObject() as never);
  return wrong === undefined ? '' : 'ERR_TLS_CERT_ALTNAME_INVALID';
}

function outcomeOf(code: string): HandshakeAnswer['outcome'] {
  const failure = failureOf(code);
  if (failure === 'certificate-expired') return 'expired';
  if (failure === 'certificate-not-yet-valid') return 'not-yet-valid';
  return failure === 'wrong-name' ? 'wrong-name' : 'untrusted';
}

/** Where the configuration says that nothing is to be verified, dates are all that can be wrong. */
function judgedByDates({ notBefore, notAfter }: Pick<ShownCertificate, 'notBefore' | 'notAfter'>): Judgement {
  const now = Date.now();
  if (notAfter !== null && now > notAfter) return { outcome: 'expired', message: 'the certificate has expired' };
  if (notBefore !== null && now < notBefore)
    return { outcome: 'not-yet-valid', message: 'the certificate is not valid yet' };
  return { outcome: 'trusted', message: 'not verified, as insecure-skip-tls-verify says' };
}

function unseen({ address }: Endpoint, shaken: Exclude<Shaken, Certificate>, limitMs: number): HandshakeAnswer {
  if (shaken.came === 'error') return noHandshake(asTransportError(shaken.error, address).message);
  const what =
    shaken.until === 'answered'
      ? `connected to ${address}, but the TLS handshake got no answer`
      : `no connection to ${address}`;
  return noHandshake(`${what} within ${limitMs / 1_000} s`);
}

function noHandshake(message: string): HandshakeAnswer {
  return {
    ...{ outcome: 'no-handshake', message, subject: '', issuer: '', notBefore: null, notAfter: null },
    ...{ certificate: null, newAuthority: false, authorities: null },
  };
}
