import type { FactHead } from './fact.ts';

/** Why a registry does not answer as one. `not-a-registry`: its `/v2/` is something else; `refused-login`: our user and password are not accepted; `limited`: 429. */
export type RegistryTrouble =
  | ''
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'silent'
  | 'reset'
  | 'tls'
  | 'redirects'
  | 'forbidden-address'
  | 'not-http'
  | 'unexpected'
  | 'status'
  | 'not-a-registry'
  | 'refused-login'
  | 'limited';

/** A part of Harbor as its health tells. */
export interface RegistryComponent {
  name: string;
  healthy: boolean;
  /** What it says, at most 300 characters, "" if nothing. */
  error: string;
}

/**
 * A registry of images as the wall reaches it, asked every 10 s. A miss is tried again after 2 s, the second in a row counts.
 * Source `registries`. Times epoch ms.
 */
export interface RegistryProbeFact extends FactHead {
  /** Its subject as an id: `Registry/home` by the owner's name, `Registry/registry.example:5000` for one that is discovered. */
  key: string;
  name: string;
  /** As image names begin: `registry.example:5000`, without the port of its scheme where the owner's URL has none. */
  host: string;
  /** What is asked: `https://registry.example/`. */
  url: string;
  kind: 'v2' | 'harbor';
  configured: boolean;
  /** Hosts whose images come through it (`docker.io`), by the configuration. */
  mirrors: readonly string[];
  outcome: 'up' | 'down';
  outcomeSince: number;
  trouble: RegistryTrouble;
  /** In the owner's words, at most 300 characters, "" if nothing. */
  message: string;
  status: number | null;
  misses: number;
  askedAt: number;
  upAt: number | null;
  /** How long the last answer took, ms, null before the first. */
  latencyMs: number | null;
  /** Whether it wants a login, and whether it took ours. */
  login: 'none' | 'wanted' | 'accepted' | 'refused' | 'unknown';
  /** Harbor's, by name; empty for others, and while its health was never read. */
  components: readonly RegistryComponent[];
  /** Since when one is unhealthy, null while none is. Two answers in a row must say so. */
  unhealthySince: number | null;
  /** It told us 429: since when, null if it does not. */
  limitedSince: number | null;
  /** `10.0.0.5:443`, "" if nobody was connected to. */
  address: string;
}
