import type { FactHead } from './fact.ts';

/** How long the parts of a probe took, ms; null for what did not happen. */
export interface ProbePhases {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  firstByteMs: number | null;
  wholeMs: number;
}

/**
 * Why a service is not up; "" if it is. The first row: nobody answers, or nobody who may be believed. `status`: it answers
 * with an error. `text-missing`, `text-forbidden`, `json`: it answers well, with something else than it should.
 */
export type ServiceTrouble =
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
  | 'text-missing'
  | 'text-forbidden'
  | 'json';

/** What came of the probes of a service so far. */
export type ServiceOutcome = 'up' | 'down' | 'wrong-content';

/**
 * A service as its users see it, probed every 30 s. One miss changes nothing but `misses` and is tried again after 5 s; the
 * second in a row changes `outcome`, since the first of the two. Only of a service that was never seen before the second
 * miss counts as well, and there is no fact until then. Source `services-probed`. Times epoch ms.
 */
export interface ServiceProbeFact extends FactHead {
  /** The subject of its findings as an id: `Probe/gitea` for what the owner names, `Host/git.example` (`Host/git.example:8443`) for what is discovered. */
  key: string;
  /** `gitea`, `git.example`. */
  name: string;
  /** `host`: lives if any of a few ports answers, even by refusing. */
  is: 'http' | 'tcp' | 'dns' | 'host';
  /** What is asked, without what may be secret in it (its query is cut off): `https://git.example/explore`, `tcp://10.0.0.5:22`, `dns://git.example`. */
  url: string;
  /** The host that is asked, without port. */
  host: string;
  port: number | null;
  /** The owner's group, "" if none. */
  group: string;
  /** Which objects name it, at most 20: Ingress, HTTPRoute, IngressRoute; `Configuration` for what the owner wrote. */
  namedBy: readonly { kind: string; namespace: string | null; name: string }[];
  /** `namespace/name` of the Services that these lead to, at most 20, by name. */
  services: readonly string[];
  /** By which class of controllers it is reached; "" where none is named, which is the default one. Null where no object names it. */
  through: { kind: 'IngressClass' | 'GatewayClass' | 'Traefik'; name: string } | null;
  outcome: ServiceOutcome;
  outcomeSince: number;
  trouble: ServiceTrouble;
  /** In the owner's words, at most 300 characters, "" if nothing: "refused the connection", "answers 503 Service Unavailable". */
  message: string;
  /** The HTTP status of the last answer that counts, null without one. */
  status: number | null;
  /** Who answered, as the header `Server` says ("nginx"), "" if it does not; the Ingress controller (`Traefik`) where its own 404 is known. */
  server: string;
  /** Title of the page that was shown, at most 100 characters, "" if none was read. */
  title: string;
  /** Misses in a row, 0 if the last probe was well. */
  misses: number;
  askedAt: number;
  /** When it was last up, null if never since the wall started. */
  upAt: number | null;
  /** Of the last probe that was answered, null before. */
  phases: ProbePhases | null;
  /** How long a probe may take before it is slow, ms; the owner's or the usual one. */
  slowMs: number;
  /** Probes in a row that were up and took longer. */
  slowProbes: number;
  /** `10.0.0.5:443`: who was connected to, "" if nobody. */
  address: string;
  /** What of the annotations `clusterwall.dev/...` of its objects cannot be understood, in words, "" if nothing. */
  wishProblem: string;
}
