import type { Page } from './web-pages.ts';

/** What is wrong in the homelab's network, beside what is wrong in its cluster. */
export interface NetworkFaults {
  /** The router's DNS answers nobody. */
  namesFail: boolean;
  /** The registry on the NAS: `empty` answers and has lost its images. */
  registry: 'well' | 'refusing' | 'empty';
  /** By host name. */
  hosts: ReadonlyMap<string, HostFault>;
  /** A part of Harbor that runs and says that it is not well: `jobservice`; null if none is. */
  harborPart: string | null;
}

/** What is wrong with what is shown under a name. */
export interface HostFault {
  /** How much longer each answer takes, ms. */
  slowerMs: number;
  /** What is shown instead, null for what belongs there. */
  page: Page | null;
}

/** The network's faults, as scenarios change them. */
export interface NetworkLife {
  readonly faults: NetworkFaults;
  change(part: Partial<Omit<NetworkFaults, 'hosts'>>): void;
  changeHost(host: string, fault: HostFault | null): void;
  /** All is well. */
  heal(): void;
}

const none: NetworkFaults = { namesFail: false, registry: 'well', hosts: new Map(), harborPart: null };

export function createNetworkLife(): NetworkLife {
  let faults = none;
  return {
    get faults() {
      return faults;
    },
    change(part) {
      faults = { ...faults, ...part };
    },
    changeHost(host, fault) {
      const others = [...faults.hosts].filter(([name]) => name !== host);
      faults = { ...faults, hosts: new Map(fault === null ? others : [...others, [host, fault]]) };
    },
    heal() {
      faults = none;
    },
  };
}
