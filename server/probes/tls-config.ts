/** What the configuration says of the TLS servers that are looked at. */
export interface TlsConfig {
  /** Whether the hosts of Ingress, Gateway and IngressRoute are looked at. */
  discover: boolean;
  /** Whether the kubelets of all nodes are. */
  kubelets: boolean;
  /** What the owner names: `certificates.servers`, `probes` and `registries`. */
  servers: readonly ConfiguredServer[];
  /** Where to connect to instead of asking DNS: by the host's own name, else the first that fits. `host` may begin with `*.`. */
  addresses: readonly { host: string; address: string }[];
  /** Address of the DNS server to ask, with a port if that is not 53 (`10.0.0.53:5353`); "" for the system's. */
  resolver: string;
  /** PEM of authorities that are trusted beside the system's. */
  authorities: readonly string[];
}

/** One server that the owner names. */
export interface ConfiguredServer {
  /** Where in the configuration it stands, in words: "certificates.servers", "probe gitea", "registry home". */
  namedAs: string;
  /** As users call it: a DNS name or an address without brackets. */
  host: string;
  port: number;
  /** Where to connect to instead, "" for the host itself. */
  address: string;
  /** The DNS server to ask for it, "" or nothing for that of all. */
  resolver?: string;
  /** Name to ask for where it is not the host, "" for the host. */
  serverName: string;
  /** PEM of the authorities that are trusted for it alone. */
  authorities: readonly string[];
  /** `cluster` for what the cluster's own authority signs: etcd, RKE2's supervisor. */
  trust: 'system' | 'cluster';
}
