import type { HttpAsk } from '#server/cluster/network.ts';

/** What the configuration says of the services that are probed: `probes:` and `services:`. */
export interface ServicesConfig {
  /** Whether the hosts of Ingress, HTTPRoute and IngressRoute are probed. */
  discover: boolean;
  /** Only in these namespaces; empty for all. */
  namespaces: readonly string[];
  /** Not in these. */
  except: readonly string[];
  /** Of what is discovered, and of probes that say nothing else, ms. */
  everyMs: number;
  timeoutMs: number;
  slowMs: number;
  /** Whether discovered hosts may lead to link-local addresses. */
  linkLocal: boolean;
  /** What the owner names, in the order of the file. */
  probes: readonly ConfiguredProbe[];
  /** Where discovered hosts are reached instead of what DNS says, as in `TlsConfig`. */
  addresses: readonly { host: string; address: string }[];
  /** As in `TlsConfig`. */
  resolver: string;
  /** PEM of authorities that are trusted beside the system's. */
  authorities: readonly string[];
}

/** One probe of the owner's. Names are unique. */
export interface ConfiguredProbe {
  name: string;
  group: string;
  everyMs: number;
  timeoutMs: number;
  /** How long it may take before it is slow, ms. */
  slowMs: number;
  asks: ProbeAsk;
}

/** What a probe does and what it expects. */
export type ProbeAsk =
  | {
      is: 'http';
      ask: Omit<HttpAsk, 'bodyLimit'>;
      expects: Expected;
    }
  /** `address`: where to connect to instead, "" or nothing for the host itself; the same below. */
  | { is: 'tcp'; host: string; port: number; address?: string; resolver: string; linkLocal: boolean }
  /** `addresses`: those that it must come to, at least one of them; empty: any. */
  | { is: 'dns'; name: string; resolver: string; addresses: readonly string[] }
  /** Lives if one of these ports answers, be it by refusing. */
  | {
      is: 'host';
      host: string;
      ports: readonly number[];
      address?: string;
      resolver: string;
      linkLocal: boolean;
    };

/** What an answer by HTTP must be like to be well. */
export interface Expected {
  /** Empty: any under 500, a 404 of the Ingress controller's own excepted. */
  status: readonly { from: number; to: number }[];
  /** Must appear in the body or title, "" if nothing must. Compared without regard to case. */
  text: string;
  /** Must not appear, "" if all may. */
  absent: string;
  /** Values that must stand at paths of a JSON body: `status.database` -> `ok`. */
  json: readonly { path: string; value: string | number | boolean | null }[];
}
