import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, numberOf, objectOf, objectsOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';

/** An HTTPRoute: which host names go through which Gateways. Source: `/apis/gateway.networking.k8s.io/v1/httproutes`. */
export interface HttpRouteFact extends FactHead {
  namespace: string;
  name: string;
  /** At most 100; none stands for those of the listeners. */
  hostnames: string[];
  /** Its Gateways, at most 32; `listener` "" and `port` null stand for all of a Gateway's listeners. */
  parents: { namespace: string; name: string; listener: string; port: number | null }[];
}

const mostHostnames = 100;
const mostParents = 32;
const group = 'gateway.networking.k8s.io';

/** A raw HTTPRoute as a fact; null if it has no name. Parents that are no Gateways (a mesh's Services) are left out. */
export function httpRouteFact(raw: unknown, source: string, intern: Intern = asItIs): HttpRouteFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  return {
    ...identity,
    source,
    hostnames: textsOf(spec['hostnames'], mostHostnames),
    parents: objectsOf(spec['parentRefs'], mostParents)
      .filter(isGateway)
      .map((parent) => ({
        namespace: intern(textOf(parent['namespace'])) || identity.namespace,
        name: intern(textOf(parent['name'])),
        listener: textOf(parent['sectionName']),
        port: numberOf(parent['port'], 1, 65_535),
      })),
  };
}

function isGateway(parent: Raw): boolean {
  const is = (key: string, usual: string) => (textOf(parent[key]) || usual) === usual;
  return is('group', group) && is('kind', 'Gateway') && textOf(parent['name']) !== '';
}
