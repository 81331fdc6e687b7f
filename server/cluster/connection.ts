import type { CredentialFact } from '#server/facts/api-door.ts';
import type { AuthorityFingerprints } from '#server/facts/api-handshake.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsOutcome, TlsTrouble } from '#server/facts/tls-server.ts';
import type { KubeletTransport } from './kubelet-transport.ts';
import type { Transport } from './transport.ts';

/** What a bare TLS handshake with the API server saw. Times epoch ms, null if no certificate was shown. */
export interface HandshakeAnswer {
  outcome: 'trusted' | 'untrusted' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'no-handshake';
  message: string;
  subject: string;
  issuer: string;
  notBefore: number | null;
  notAfter: number | null;
  certificate: ShownCertificate | null;
  /** See `ApiHandshakeFact`. */
  newAuthority: boolean;
  /** See `ApiHandshakeFact`. */
  authorities: AuthorityFingerprints | null;
}

/** Whom to ask for a certificate, and how to judge it. */
export interface TlsTarget {
  /** Where to connect to: a name or an address, without brackets. */
  host: string;
  port: number;
  /** The name to ask for by SNI and to find in the certificate; an address is looked for, but never sent. */
  serverName: string;
  /** Another name that the certificate may be for instead, "" if none. */
  otherName: string;
  /** Whom to trust beside what `also` holds: the system's authorities, as a browser does, or the cluster's own. */
  trust: 'system' | 'cluster';
  /** PEM of further authorities. */
  also: readonly string[];
  /** Address of a DNS server to ask for `host`, "" for the system's. */
  resolver: string;
}

/** What one handshake came to. */
export interface TlsLook {
  outcome: TlsOutcome;
  trouble: TlsTrouble;
  message: string;
  certificate: ShownCertificate | null;
  protocol: string;
}

/**
 * One cluster's way in, by kubectl's rules or the demo. Getters tell what holds now: rotated or replaced files are
 * taken up within 10 s without a new Connection, and `onReplaced` tells when server, CA or credentials are others.
 */
export interface Connection {
  /** URL of the API server; the key under which the cluster's identity is remembered. */
  readonly server: string;
  /** `host:port`, for sentences. */
  readonly address: string;
  /** Name of the context, "in-cluster" in a pod, "demo" for the demo cluster. */
  readonly context: string;
  /** Short hash of the CA, "" where there is none: stands in for the identity where kube-system may not be read. */
  readonly caHash: string;
  readonly transport: Transport;
  /** To the kubelets themselves, with the same credentials. */
  readonly kubelets: KubeletTransport;
  credential(): CredentialFact;
  /** A new TLS connection, only to look at the certificate; null for `http:` servers. Never rejects. */
  handshake: ((limitMs: number) => Promise<HandshakeAnswer>) | null;
  /** A new TLS connection to any server, without credentials, only to look at its certificate. Never rejects. */
  lookAtTls(target: TlsTarget, limitMs: number): Promise<TlsLook>;
  /**
   * The `Date` of the API server's answer, over a connection that neither verifies nor presents anything; null for `http:`
   * servers. Resolves with "" if there is none. Never rejects.
   */
  askDate: ((limitMs: number) => Promise<string>) | null;
  /** `what` is the weightiest of "server" (all streams have ended), "ca" and "credentials" (streams live on). */
  onReplaced(listener: (what: string) => void): () => void;
  close(): void;
}
