import { NAS } from './machines.ts';
import { webHosts } from './web-hosts.ts';
import { workloads, type Workload } from './workloads.ts';

/** A Service of the homelab. */
export interface HomeService {
  namespace: string;
  name: string;
  /** Name of the workload to whose pods it leads; null where it leads elsewhere. */
  to: string | null;
  ports: readonly HomePort[];
  /** Leads to this address instead, which somebody has written down. */
  elsewhere?: { address: string; by: 'apiserver' | 'owner' };
  isLoadBalancer?: true;
}

/** A port, and the one of the pods behind it. */
export interface HomePort {
  name: string;
  port: number;
  target: number;
  protocol?: 'UDP';
  nodePort?: number;
}

// Those whose Services have names or ports of their own.
const own: readonly HomeService[] = [
  {
    ...{ namespace: 'default', name: 'kubernetes', to: null, ports: [{ name: 'https', port: 443, target: 6443 }] },
    elsewhere: { address: '192.168.1.10', by: 'apiserver' },
  },
  {
    ...{ namespace: 'default', name: 'photos', to: null, ports: [{ name: 'https', port: 5001, target: 5001 }] },
    elsewhere: { address: NAS.address, by: 'owner' },
  },
  {
    ...{ namespace: 'kube-system', name: 'kube-dns', to: 'coredns' },
    ports: [
      { name: 'dns', port: 53, target: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, target: 53 },
    ],
  },
  {
    ...{ namespace: 'kube-system', name: 'metrics-server', to: 'metrics-server' },
    ports: [{ name: 'https', port: 443, target: 10250 }],
  },
  {
    ...{ namespace: 'kube-system', name: 'traefik', to: 'traefik', isLoadBalancer: true },
    ports: [
      { name: 'web', port: 80, target: 8000, nodePort: 31_080 },
      { name: 'websecure', port: 443, target: 8443, nodePort: 31_443 },
    ],
  },
  {
    ...{ namespace: 'kyverno', name: 'kyverno-svc', to: 'kyverno-admission-controller' },
    ports: [{ name: 'https', port: 443, target: 9443 }],
  },
];

/** All Services of the homelab. */
export const homeServices: readonly HomeService[] = [
  ...own,
  ...servicesOf(workloads.filter(({ name }) => !own.some(({ to }) => to === name))),
];

/** The Services of workloads that listen, which have their names; a port that a web host names is one of theirs. */
export function servicesOf(of: readonly Workload[]): HomeService[] {
  return of.flatMap(({ namespace, name, port: target }) => {
    if (target === undefined) return [];
    const web = webHosts.find((each) => each.namespace === namespace && each.name === name);
    return { namespace, name, to: name, ports: [{ name: 'http', port: web?.port ?? target, target }] };
  });
}
