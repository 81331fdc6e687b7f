import type { FactHead } from './fact.ts';
import type { ShownCertificate } from './shown-certificate.ts';

/**
 * The API server's serving certificate by a bare TLS handshake of its own, every 10 s, since an exchanged or expired
 * one cannot be seen on a kept connection. Absent for `http:` servers. Times epoch ms.
 */
export interface ApiHandshakeFact extends FactHead {
  key: 'api';
  address: string;
  outcome: 'trusted' | 'untrusted' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'no-handshake';
  outcomeSince: number;
  askedAt: number;
  message: string;
  subject: string;
  issuer: string;
  notBefore: number | null;
  notAfter: number | null;
  /** The whole certificate as last shown, null if none ever was at this address. It and its dates outlive handshakes that fail. */
  certificate: ShownCertificate | null;
  /**
   * True if it is signed by an authority that bears our authority's name but is another one (k3s writes the moment of its
   * making behind an `@`): the cluster has a new authority, and our kubeconfig is old.
   */
  newAuthority: boolean;
}
