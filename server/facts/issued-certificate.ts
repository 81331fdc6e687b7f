import type { FactHead } from './fact.ts';

/**
 * A Certificate of cert-manager: what is issued and renewed, without its Secret. Source: `/apis/cert-manager.io/v1/certificates`.
 * Times epoch ms, null where the object has none.
 */
export interface IssuedCertificateFact extends FactHead {
  namespace: string;
  name: string;
  /** DNS names and addresses, at most 100. */
  names: string[];
  secretName: string;
  /** "ClusterIssuer letsencrypt". */
  issuer: string;
  ready: IssuedCondition | null;
  issuing: IssuedCondition | null;
  notBefore: number | null;
  notAfter: number | null;
  /** When it is to be renewed; null where renewal is switched off or nothing is issued yet. */
  renewalAt: number | null;
  /** `spec.renewal.policy: Disabled`. */
  renewalOff: boolean;
  lastFailureAt: number | null;
  failedAttempts: number;
  /** How often it was issued, 0 if never. */
  revision: number;
  createdAt: number | null;
}

/** A condition of it. */
export interface IssuedCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  changedAt: number | null;
}
