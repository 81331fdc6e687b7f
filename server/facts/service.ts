import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { labelsOf } from './pod-template.ts';
import { asItIs, numberOf, objectOf, objectsOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';

/** A Service: what it leads to and where it is reached. Source: `/api/v1/services`. */
export interface ServiceFact extends FactHead {
  namespace: string;
  name: string;
  /** `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`, or what a newer API may say. */
  type: string;
  /** Labels of the pods that it leads to, at most 32; null if it has none: somebody else says where it leads. */
  selector: Readonly<Record<string, string>> | null;
  /** At most 50. */
  ports: readonly { name: string; port: number; nodePort: number | null }[];
  /** Addresses of `status.loadBalancer` and `spec.externalIPs`, at most 10. */
  addresses: readonly string[];
  /** `spec.clusterIP`, "" if none ("None"). */
  clusterIp: string;
}

const mostPorts = 50;
const mostAddresses = 10;

/** A raw Service as a fact; null if it has no name. */
export function serviceFact(raw: unknown, source: string, intern: Intern = asItIs): ServiceFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const selector = labelsOf(spec['selector'], intern);
  const clusterIp = textOf(spec['clusterIP']);
  return {
    ...identity,
    source,
    type: intern(textOf(spec['type']) || 'ClusterIP'),
    selector: Object.keys(selector).length === 0 ? null : selector,
    ports: objectsOf(spec['ports'], mostPorts).flatMap(({ name, port, nodePort }) => {
      const number = numberOf(port, 1, 65_535);
      return number === null
        ? []
        : [{ name: intern(textOf(name)), port: number, nodePort: numberOf(nodePort, 1, 65_535) }];
    }),
    addresses: addressesOf(objectOf(raw)['status'], spec),
    clusterIp: clusterIp === 'None' ? '' : clusterIp,
  };
}

function addressesOf(status: unknown, spec: Raw): string[] {
  const points = objectsOf(objectOf(objectOf(status)['loadBalancer'])['ingress'], mostAddresses);
  const given = points.map(({ ip, hostname }) => textOf(ip) || textOf(hostname));
  const all = [...given, ...textsOf(spec['externalIPs'], mostAddresses)];
  return [...new Set(all.filter((address) => address !== ''))].slice(0, mostAddresses);
}
