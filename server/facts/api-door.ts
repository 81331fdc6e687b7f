import type { FactHead } from './fact.ts';

/** What asking the API for `/readyz` came to. */
export type DoorOutcome =
  | 'ready'
  | 'not-ready'
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'timeout'
  | 'silent'
  | 'unauthorized'
  | 'forbidden'
  | 'untrusted'
  | 'wrong-name'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'no-credentials'
  | 'reset'
  | 'unexpected';

/** How the API's door stands. Source: our own requests, every 3 s, answers in any order (the newest asked counts). Times epoch ms. */
export interface ApiDoorFact extends FactHead {
  key: 'api';
  /** `host:port` of the server as configured. */
  address: string;
  outcome: DoorOutcome;
  /** Since when the outcome is this one (start of the first request that had it). */
  outcomeSince: number;
  askedAt: number;
  /** HTTP status of the last answer, null if there was none. */
  status: number | null;
  /** What the other side or the system said, at most 300 characters, "" if nothing. */
  message: string;
  /** Last time it was `ready`, null if never. */
  readyAt: number | null;
  /** How long the last answered `/readyz` took in ms. */
  latencyMs: number | null;
  /** Failing parts by `/readyz?verbose`: "etcd", "poststarthook/rbac/bootstrap-roles". */
  failingParts: string[];
  /** How much the API's clock is ahead of ours by its `Date` header, ms, in whole seconds; null while not known. */
  clockAheadMs: number | null;
  /** `gitVersion` of `/version`, "" while not known. */
  version: string;
  /** UID of namespace kube-system, or `ca:` and a hash of the CA where it may not be read (`server:` and a hash of the address without a CA); "" while not known. */
  clusterId: string;
  credential: CredentialFact;
}

/** With what we present ourselves. No secret part of it is kept. */
export interface CredentialFact {
  kind: 'client-certificate' | 'token' | 'token-file' | 'exec' | 'service-account' | 'none';
  /** Where it comes from, for the owner: a file, "context homelab of /home/anna/.kube/config", the plugin's command. */
  from: string;
  /** When it expires (epoch ms), null where not known. */
  expiresAt: number | null;
  /** When it was issued (a certificate's not-before, a token's `iat`; epoch ms), null where not known. */
  issuedAt: number | null;
  /** Whom a client certificate names and who signed it, "" for all else. */
  subject: string;
  issuer: string;
  /** Why it could not be had (a plugin that failed, a missing file), "" if it could. */
  problem: string;
}
