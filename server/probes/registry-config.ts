import type { HttpAsk } from '#server/cluster/network.ts';

/** What the configuration says of registries: `registries:` and `registry:`. */
export interface RegistriesConfig {
  /** Whether private hosts in the names of images are probed too. */
  discover: boolean;
  /** Whether private registries are asked for the images that workloads refer to. */
  images: boolean;
  /** In the order of the file. */
  registries: readonly ConfiguredRegistry[];
  /** For what is discovered, as in `TlsConfig`. */
  addresses: readonly { host: string; address: string }[];
  resolver: string;
  authorities: readonly string[];
}

/** One registry of the owner's. Names are unique. */
export interface ConfiguredRegistry extends Pick<HttpAsk, 'address' | 'resolver' | 'authorities' | 'verify'> {
  name: string;
  /** Without a path: `https://registry.example:5000`. */
  url: string;
  kind: 'v2' | 'harbor';
  /** Null where no login is given. The password comes from a file or the environment, and is never told or logged. */
  login: { user: string; password: string } | null;
  /** Hosts whose images come through it: `docker.io`. */
  mirrors: readonly string[];
  everyMs: number;
  timeoutMs: number;
  /** Whether it is asked for the images that workloads refer to. */
  images: boolean;
}
