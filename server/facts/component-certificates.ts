import type { FactHead } from './fact.ts';

/**
 * The certificates of a node's k3s or RKE2 itself, client certificates of components among them, as its kubelet's
 * `/metrics` tells: `k3s_certificate_expiration_seconds`. Source `kubelet-certificates/NODE`. Times epoch ms.
 */
export interface ComponentCertificatesFact extends FactHead {
  node: string;
  product: 'k3s' | 'rke2';
  /** At most 200, authorities too. */
  certificates: ComponentCertificate[];
}

/** One of them; files with the same subject and usage are one. */
export interface ComponentCertificate {
  subject: string;
  /** "ServerAuth", "ClientAuth", "CertSign" as k3s writes it. */
  usages: string;
  isAuthority: boolean;
  expiresAt: number;
}
