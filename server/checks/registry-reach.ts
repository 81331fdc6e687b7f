import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { ServiceFact } from '#server/facts/service.ts';
import { splitAddress } from './door-words.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** By which names and addresses Services are reached. */
export interface Reach {
  /** Services by namespace. */
  services: ReadonlyMap<string, readonly ServiceFact[]>;
  /** Host names that lead to each Service (`namespace/name`), by Ingress, HTTPRoute and IngressRoute. */
  hosts: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What leads where, as the API tells it now. */
export function reachOf(snapshot: Snapshot): Reach {
  const hosts = new Map<string, Set<string>>();
  const lead = (host: string, namespace: string, service: string) => {
    const key = `${namespace}/${service}`;
    const held = hosts.get(key) ?? new Set();
    hosts.set(key, held.add(host.toLowerCase()));
  };
  for (const { namespace, backends, hosts: all } of snapshot.facts('ingress').values()) {
    for (const { host, service } of backends) {
      for (const each of host === '' ? all : [host]) lead(each, namespace, service);
    }
  }
  for (const { backends, hostnames } of snapshot.facts('httpRoute').values()) {
    for (const { namespace, service } of backends) for (const host of hostnames) lead(host, namespace, service);
  }
  for (const { backends } of snapshot.facts('ingressRoute').values()) {
    for (const { host, namespace, service } of backends) lead(host, namespace, service);
  }
  return { services: Map.groupBy(snapshot.facts('service').values(), ({ namespace }) => namespace), hosts };
}

/** True if who asks this registry is answered by the pods of this workload. */
export function reaches(probe: RegistryProbeFact, { controller, subject }: WorkloadGroup, reach: Reach): boolean {
  const labels = controller?.template?.labels;
  if (labels === undefined || subject.namespace === undefined) return false;
  const services = reach.services.get(subject.namespace) ?? [];
  return services.some((service) => selects(service, labels) && leadsTo(probe, service, reach));
}

function selects({ selector }: ServiceFact, labels: Readonly<Record<string, string>>): boolean {
  return selector !== null && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function leadsTo({ host: whole, url, address }: RegistryProbeFact, service: ServiceFact, { hosts }: Reach): boolean {
  const { host, port: named } = splitAddress(whole.toLowerCase());
  const asked = splitAddress(address);
  const port = Number(named || asked.port || (url.startsWith('http:') ? 80 : 443));
  if (hosts.get(service.key)?.has(host) === true) return true;
  if (ownNames(service).includes(host)) return true;
  // Many Services share the addresses of the nodes: the port tells them apart.
  if (service.ports.some(({ nodePort }) => nodePort === port)) return true;
  const addresses = new Set([host, asked.host]);
  return service.addresses.some((each) => addresses.has(each)) && service.ports.some((each) => each.port === port);
}

/** The names that the cluster's DNS knows it by, and its address there. */
function ownNames({ namespace, name, clusterIp }: ServiceFact): string[] {
  const short = `${name}.${namespace}`.toLowerCase();
  return [short, `${short}.svc`, `${short}.svc.cluster.local`, ...(clusterIp === '' ? [] : [clusterIp])];
}
