import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsLook } from './connection.ts';
import { distinguishedName } from './read-certificate.ts';
import { sayable } from './sayable.ts';
import { asTransportError, failureOf } from './transport-failure.ts';
import type { ChainWalk } from './walk-chain.ts';

/** All that is known of what was shown. */
export interface LookEvidence {
  certificate: X509Certificate;
  shown: ShownCertificate;
  walk: ChainWalk;
  /** What Node says of it, "" if it believes; null where it did not come to that. */
  code: string | null;
  /** Names of which it must be for one. */
  expected: readonly string[];
  /** For sentences. */
  address: string;
  /** Epoch ms. */
  now: number;
}

/**
 * What a browser would say: first of its dates, then of who signed it, then of its names. An authority of the chain that has
 * expired makes it untrusted, since the dates of the certificate itself are fine then.
 */
export function judgeLook(evidence: LookEvidence): Pick<TlsLook, 'outcome' | 'message'> {
  const { address, certificate, expected, now, shown } = evidence;
  if (shown.notAfter !== null && now > shown.notAfter)
    return { outcome: 'expired', message: said('CERT_HAS_EXPIRED', address) };
  if (shown.notBefore !== null && now < shown.notBefore)
    return { outcome: 'not-yet-valid', message: said('CERT_NOT_YET_VALID', address) };
  const distrust = whyUntrusted(evidence);
  if (distrust !== '') return { outcome: 'untrusted', message: sayable(distrust) };
  if (expected.some((name) => isFor(certificate, name))) return { outcome: 'trusted', message: '' };
  return { outcome: 'wrong-name', message: wrongName(shown, address) };
}

/** By the rules of browsers: names of the certificate only, never its subject. */
function isFor(certificate: X509Certificate, name: string): boolean {
  if (isIP(name)) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: 'never', partialWildcards: false }) !== undefined;
}

function whyUntrusted({ code, walk, address, shown }: LookEvidence): string {
  const top = distinguishedName(walk.top.issuer);
  switch (walk.chainIs) {
    case 'self-signed':
      return `the certificate of ${address} is signed by itself`;
    case 'incomplete':
      return `${address} does not show the certificate of ${top}, which has signed the last one that it shows`;
    case 'unknown-issuer':
      return `the certificate of ${address} comes from an authority that is not trusted: ${top}`;
    case 'complete':
      return code === '' || code === null ? '' : whyNotBelieved(code, shown, address);
  }
}

function whyNotBelieved(code: string, { chain }: ShownCertificate, address: string): string {
  const failure = failureOf(code);
  if (failure !== 'certificate-expired' && failure !== 'certificate-not-yet-valid') {
    return `the certificate of ${address} comes from a trusted authority, but is not to be believed (${code})`;
  }
  const when = failure === 'certificate-expired' ? 'has expired' : 'is not valid yet';
  const authorities = chain.map(({ subject }) => subject).join('; ');
  return `an authority in the chain of ${address} ${when}${authorities === '' ? '' : ` (${authorities})`}`;
}

function wrongName({ names }: ShownCertificate, address: string): string {
  const most = 10;
  const more = names.length > most ? `, and ${names.length - most} more` : '';
  const list = names.length === 0 ? 'no name at all' : `${names.slice(0, most).join(', ')}${more}`;
  return sayable(`the certificate of ${address} is for another name: ${list}`);
}

function said(code: string, address: string): string {
  return asTransportError({ code, message: '' }, address).message;
}
