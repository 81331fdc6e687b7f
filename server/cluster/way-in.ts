import type { ExecPlugin } from './exec-plugin.ts';

/** Where the API server is and how to know that it is the one. */
export interface Endpoint {
  /** URL as configured, without a trailing slash. */
  server: string;
  tls: boolean;
  /** Without the brackets of IPv6. */
  host: string;
  port: number;
  /** `host:port`, for sentences and the `:authority` header. */
  address: string;
  /** What stands before every path, "" as a rule: `/k8s/clusters/c-1` behind Rancher. */
  pathPrefix: string;
  /** PEM; null = the authorities that the system trusts. */
  ca: string | null;
  /** Name that the certificate must be for, null = the host. */
  serverName: string | null;
  /** Another name that it may be for instead. */
  otherName?: string;
  /** `insecure-skip-tls-verify`. */
  skipVerify: boolean;
}

/** A client certificate and its key, PEM. */
export interface ClientCertificate {
  certificate: string;
  key: string;
}

/** What is presented with requests. Holds secrets: it is never logged, and no part of it stands in a message. */
export interface Presented {
  token: string | null;
  certificate: ClientCertificate | null;
}

/** Who we are, by the configuration. */
export interface User {
  kind: 'client-certificate' | 'token' | 'token-file' | 'exec' | 'service-account' | 'none';
  /** Where the credential comes from, for the owner. */
  from: string;
  /** What the files hold; for a plugin what is presented beside its answer. */
  presented: Presented;
  plugin: ExecPlugin | null;
  /** `impersonate-user` and the like, with all values. */
  impersonation: Record<string, string | string[]>;
}

/** A whole way into one cluster, as kubeconfig or ServiceAccount gave it at one moment. */
export interface WayIn {
  context: string;
  endpoint: Endpoint;
  user: User;
}

/** A way in, or all that is wrong with it, in whole sentences. */
export type FoundWayIn = { wayIn: WayIn; problems: [] } | { wayIn: null; problems: string[] };

/** `signatures`: how all files that it was made of stood, by path. */
export type LoadedWayIn = FoundWayIn & { signatures: ReadonlyMap<string, string> };

/** There is no way in, for these reasons. */
export function noWayIn(...problems: string[]): FoundWayIn {
  return { wayIn: null, problems };
}
