import type { X509Certificate } from 'node:crypto';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { Authorities } from './authorities.ts';
import { isSelfSigned, isSignedBy } from './read-certificate.ts';

/** How far a chain goes, and the last certificate that it comes to. */
export interface ChainWalk {
  chainIs: ShownCertificate['chainIs'];
  top: X509Certificate;
}

/**
 * Goes from a certificate to whoever signed it, through what was shown in whatever order, until somebody trusted. Dates do
 * not matter here, so that an expired certificate can be told from a strange one.
 *
 * Where nobody trusted is reached, `incomplete` and `unknown-issuer` cannot always be told apart, since what was not shown
 * is not known. It is called incomplete if the last certificate is not signed by itself and says by itself where its issuer's
 * certificate is to be had (authority information access, by http): public authorities always write that, those of a
 * homelab hardly ever, and browsers fetch it there while all else fails. A private authority that does write it, and that
 * nobody trusts, is called incomplete wrongly if it does not show its root; one that does not write it, and of which only the
 * intermediate is missing, is called unknown.
 */
export function walkChain(
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
  trusted: Authorities,
): ChainWalk {
  const left = new Set(chain);
  let top = certificate;
  for (;;) {
    if (trusted.has(top) || trusted.signedBy(top)) return { chainIs: 'complete', top };
    const next = [...left].find((candidate) => isSignedBy(top, candidate));
    // A loop ends here: each certificate is used once.
    if (next === undefined || next.fingerprint256 === top.fingerprint256) break;
    left.delete(next);
    top = next;
  }
  if (isSelfSigned(certificate)) return { chainIs: 'self-signed', top: certificate };
  return { chainIs: !isSelfSigned(top) && saysWhereFrom(top) ? 'incomplete' : 'unknown-issuer', top };
}

function saysWhereFrom({ infoAccess }: X509Certificate): boolean {
  return /^CA Issuers - URI:"?http/im.test(infoAccess ?? '');
}
