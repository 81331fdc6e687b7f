import { X509Certificate } from 'node:crypto';
import { certificatesIn } from './endpoint.ts';
import { isSignedBy } from './read-certificate.ts';

/** Those who are trusted to sign. */
export interface Authorities {
  /** True if this very certificate is one of them. */
  has(certificate: X509Certificate): boolean;
  /** True if one of them has signed it. */
  signedBy(certificate: X509Certificate): boolean;
}

/**
 * Authorities by PEM, at least one certificate in each. They are read when first asked for, since a chain that Node believes
 * needs no second look; only names and texts are kept, as 270 read certificates would take more memory.
 */
export function authoritiesIn(pems: () => readonly string[]): Authorities {
  let kept: Map<string, string[]> | null = null;
  const bySubject = () => (kept ??= subjectsOf(pems()));
  const named = (subject: string) => (bySubject().get(subject) ?? []).map((pem) => new X509Certificate(pem));
  return {
    has: ({ subject, fingerprint256 }) => named(subject).some((known) => known.fingerprint256 === fingerprint256),
    signedBy: (certificate) => named(certificate.issuer).some((authority) => isSignedBy(certificate, authority)),
  };
}

function subjectsOf(pems: readonly string[]): Map<string, string[]> {
  const bySubject = new Map<string, string[]>();
  for (const certificate of pems.flatMap(certificatesIn)) {
    const { subject } = certificate;
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), certificate.toString()]);
  }
  return bySubject;
}
