import type { KeyObject, X509Certificate } from 'node:crypto';
import type { ShownAuthority, ShownCertificate } from '#server/facts/shown-certificate.ts';
import { sayable } from './sayable.ts';

// What the fact may hold of what a stranger shows.
const mostNames = 100;
const mostChain = 10;
const mostNameLength = 253;

/** All of a certificate but how far its chain goes. Trusts nothing of it; never throws. */
export function readCertificate(
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
): Omit<ShownCertificate, 'chainIs'> {
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    ...readAuthority(certificate),
    commonName: commonNameOf(certificate),
    names: namesOf(certificate),
    keyType: keyTypeOf(certificate),
    chain: chain.slice(0, mostChain).map(readAuthority),
  };
}

function readAuthority(certificate: X509Certificate): ShownAuthority {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    notBefore: timeOf(certificate.validFromDate),
    notAfter: timeOf(certificate.validToDate),
    selfSigned: isSelfSigned(certificate),
  };
}

/** "O=k3s, CN=k3s-server" of the lines that Node gives; undefined where there is no such name. */
export function distinguishedName(lines: string | undefined): string {
  return sayable((lines ?? '').replaceAll('\n', ', '));
}

/** True if it is signed by its own key, whatever that key is said to be for. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.issuer === certificate.subject && verifies(certificate, certificate);
}

/** True if `authority` is named as the issuer, may sign, and the signature is its. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && verifies(certificate, authority);
}

function verifies(certificate: X509Certificate, authority: X509Certificate): boolean {
  try {
    return certificate.verify(authority.publicKey);
  } catch (error) {
    if (isOfCrypto(error)) return false; // a key of a kind that nobody here knows has signed nothing that can be verified
    throw error;
  }
}

/** Epoch ms, null for a date that is none. */
function timeOf(date: Date): number | null {
  const time = date.getTime();
  return Number.isFinite(time) ? time : null;
}

function commonNameOf({ subject }: X509Certificate): string {
  const written = /^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? '';
  // Node writes what has a meaning in names with a backslash before it.
  return sayable(written.replaceAll(/\\([^0-9A-Fa-f])/g, '$1'));
}

/** Of `DNS:git.example, IP Address:192.168.8.2, DNS:"odd, name"`. Addresses and DNS names only. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  const names: string[] = [];
  for (const [, plain, quoted] of (subjectAltName ?? '').matchAll(
    /(?:DNS|IP Address):(?:([^",]*)|"((?:[^"\\]|\\.)*)")(?:, |$)/g,
  )) {
    if (names.length === mostNames) break;
    names.push(sayable(plain ?? quoted ?? '', mostNameLength));
  }
  return names;
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function keyTypeOf(certificate: X509Certificate): string {
  let key: KeyObject;
  try {
    key = certificate.publicKey;
  } catch (error) {
    if (isOfCrypto(error)) return ''; // a kind of key that OpenSSL does not know
    throw error;
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (type === 'rsa' || type === 'rsa-pss') return `RSA ${details.modulusLength}`;
  if (type === 'ec') return `EC ${curves[details.namedCurve ?? ''] ?? details.namedCurve ?? ''}`.trim();
  if (type === 'ed25519') return 'Ed25519';
  return sayable((type ?? '').toUpperCase(), 40);
}

/** True for what OpenSSL or Node's crypto complains of, in distinction to our own mistakes. */
function isOfCrypto(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^ERR_(OSSL|CRYPTO|INVALID_ARG)/.test(code);
}
