import type { ShownCertificate } from '#server/facts/shown-certificate.ts';

const now = Date.now();

/** A certificate of 90 days, 60 of them left. */
export function shownCertificateNamed(name: string): ShownCertificate {
  return {
    ...{ fingerprint: `of ${name}`, subject: `CN=${name}`, commonName: name, names: [name], issuer: 'CN=R10' },
    ...{ notBefore: now - 30 * 86_400_000, notAfter: now + 60 * 86_400_000, selfSigned: false },
    ...{ keyType: 'EC P-256', chain: [], chainIs: 'complete' },
  };
}
