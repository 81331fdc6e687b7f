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
  /** 429: it is overloaded, or shutting down. */
  | 'too-many-requests'
  /** An error (5xx) of the API server itself that is not about its readiness. */
  | 'failing'
  /** 502, 503 or 504 of what stands before it: a load balancer, a proxy. */
  | 'bad-gateway'
  /** Somebody leads us elsewhere: a login. */
  | 'redirected'
  /** A page for people: a login, a router. */
  | 'web-page'
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
  /** Where a redirect leads, without its query; the title of a page; "" for all else. Strangers' text, made sayable, at most 120 characters. */
  shows: string;
  /** Last time it was `ready`, null if never. */
  readyAt: number | null;
  /** How long the last answered `/readyz` took in ms. */
  latencyMs: number | null;
  /** Failing parts by `/readyz?verbose`: "etcd", "poststarthook/rbac/bootstrap-roles". */
  failingParts: string[];
  /**
   * How much the API's clock is ahead of ours, ms, in whole seconds: the median of its last answers' `Date`. Null while not
   * known; a difference of less than 2 s from the one told is not told.
   */
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
