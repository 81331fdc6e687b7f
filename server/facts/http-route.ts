import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { probeWishOf, type ProbeWish } from './probe-wish.ts';
import { asItIs, numberOf, objectOf, objectsOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';

/** An HTTPRoute: which host names go through which Gateways. Source: `/apis/gateway.networking.k8s.io/v1/httproutes`. */
export interface HttpRouteFact extends FactHead {
  namespace: string;
  name: string;
  /** At most 100; none stands for those of the listeners. */
  hostnames: string[];
  /** The Services that it leads to, at most 100; not those that get nothing (`weight: 0`). */
  backends: readonly { namespace: string; service: string }[];
  /** Paths that it lets through as they are, at most 20: `/` where a rule asks for none; none of those that only patterns, methods or headers tell. */
  paths: readonly string[];
  wish: ProbeWish;
  /** Its Gateways, at most 32; `listener` "" and `port` null stand for all of a Gateway's listeners. */
  parents: { namespace: string; name: string; listener: string; port: number | null }[];
}

const mostHostnames = 100;
const mostParents = 32;
const mostRules = 64;
const mostBackends = 100;
const mostPaths = 20;
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
    backends: backendsOf(spec['rules'], identity.namespace, intern),
    paths: pathsOf(spec['rules'], intern),
    wish: probeWishOf(objectOf(objectOf(objectOf(raw)['metadata'])['annotations'])),
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

function backendsOf(rules: unknown, namespace: string, intern: Intern): HttpRouteFact['backends'] {
  const found = objectsOf(rules, mostRules).flatMap((rule) =>
    objectsOf(rule['backendRefs'], mostRules).flatMap((reference) => {
      const service = intern(textOf(reference['name']));
      const isService = (textOf(reference['kind']) || 'Service') === 'Service';
      return service === '' || !isService || reference['weight'] === 0
        ? []
        : [{ namespace: intern(textOf(reference['namespace'])) || namespace, service }];
    }),
  );
  return found.slice(0, mostBackends);
}

function pathsOf(rules: unknown, intern: Intern): string[] {
  const found = objectsOf(rules, mostRules).flatMap((rule) => {
    const matches = objectsOf(rule['matches'], mostRules);
    return matches.length === 0 ? ['/'] : matches.flatMap((match) => pathOf(match) ?? []);
  });
  return [...new Set(found)].slice(0, mostPaths).map(intern);
}

/** The path that is enough for a match, null where a plain GET of it is not. */
function pathOf({ path, method, headers, queryParams }: Raw): string | null {
  const { type, value } = objectOf(path);
  if (objectsOf(headers, 1).length > 0 || objectsOf(queryParams, 1).length > 0) return null;
  if ((textOf(method) || 'GET') !== 'GET' || type === 'RegularExpression') return null;
  return textOf(value) || '/';
}

function isGateway(parent: Raw): boolean {
  const is = (key: string, usual: string) => (textOf(parent[key]) || usual) === usual;
  return is('group', group) && is('kind', 'Gateway') && textOf(parent['name']) !== '';
}
