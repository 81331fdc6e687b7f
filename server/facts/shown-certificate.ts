/**
 * A certificate as a TLS server showed it, read without trusting it: strangers' texts are cut and made sayable. Never a
 * key. Times epoch ms, null where the date cannot be read; they may be absurd (before 1970, year 9999).
 */
export interface ShownCertificate {
  /** SHA-256 of the whole certificate, hex: the same at two places is the same certificate. */
  fingerprint: string;
  /** "O=k3s, CN=k3s-server", "" if it has none. */
  subject: string;
  /** "" if there is none. */
  commonName: string;
  /** DNS names and addresses that it is for, at most 100. */
  names: string[];
  issuer: string;
  notBefore: number | null;
  notAfter: number | null;
  selfSigned: boolean;
  /** "RSA 2048", "EC P-256", "Ed25519", "" where not known. */
  keyType: string;
  /** Those that lead on from it, each signed by the next, at most 10: shown with it, the last perhaps known to us. */
  chain: ShownAuthority[];
  /** How far the chain goes: up to an authority that is trusted, or why not. */
  chainIs: 'complete' | 'incomplete' | 'unknown-issuer' | 'self-signed';
}

/** One certificate of a chain beside the server's own. */
export interface ShownAuthority {
  subject: string;
  issuer: string;
  notBefore: number | null;
  notAfter: number | null;
  selfSigned: boolean;
}
