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
   * making behind an `@`): likely the cluster has a new authority, and our kubeconfig is old, or somebody who chose that name
   * stands in between.
   */
  newAuthority: boolean;
  /** What is to be compared then before anybody believes it; null if the name is another one. */
  authorities: AuthorityFingerprints | null;
}

/** SHA-256 of two certificates, hex. The name of an authority is anybody's to choose. */
export interface AuthorityFingerprints {
  /** Of the last of the chain that was shown, of the server's own certificate where no more was. */
  shown: string;
  /** True if `shown` is that of an authority. */
  isAuthority: boolean;
  /** Of ours that bears the name. */
  ours: string;
}
