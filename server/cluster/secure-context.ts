import { createSecureContext, type SecureContext } from 'node:tls';
import { systemAuthorities } from './system-authorities.ts';
import type { ClientCertificate, Endpoint } from './way-in.ts';

/** Whom to trust and what to present, made once for many connections; null for `http:`. */
export function secureContext(endpoint: Endpoint, certificate: ClientCertificate | null): SecureContext | null {
  if (!endpoint.tls) return null;
  return createSecureContext({
    // Without a CA kubectl trusts what the system trusts; Node alone would leave out what the owner has added there.
    ca: endpoint.ca ?? systemAuthorities(),
    // As Go does: an intermediate CA in the kubeconfig is enough.
    allowPartialTrustChain: true,
    ...(certificate !== null && { cert: certificate.certificate, key: certificate.key }),
  });
}
