import type { FactHead } from './fact.ts';

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
}
