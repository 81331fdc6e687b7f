import { pluralOf, resources, type Resource, type ResourceName } from './resources.ts';

/** What a path below `/api` or `/apis` asks for. `name` is null for a list or watch, `namespace` where all are meant. */
export interface ResourcePath {
  resource: ResourceName;
  namespace: string | null;
  name: string | null;
  /** Only logs of pods are served. */
  subresource: 'log' | null;
}

/** `no-group` is answered in text, `no-resource` with a Status. */
export type PathProblem = 'no-group' | 'no-resource';

/** `served` are the resources that are there. */
export function parseResourcePath(path: string, served: readonly ResourceName[]): ResourcePath | PathProblem {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  const [root, ...rest] = parts;
  const [group, version, ...tail] = root === 'api' ? ['', ...rest] : rest;
  if ((root !== 'api' && root !== 'apis') || !hasVersion(served, group, version)) return 'no-group';
  const inNamespace = tail[0] === 'namespaces' && tail.length > 2;
  const [wanted = '', name, ...beyond] = inNamespace ? tail.slice(2) : tail;
  const found = find(served, group, version, wanted);
  const subresource = found?.name === 'pods' && beyond[0] === 'log' && beyond.length === 1 ? 'log' : null;
  // Other subresources, and objects of a namespace without its name, are not served.
  if (
    !found ||
    (beyond.length > 0 && subresource === null) ||
    found.definition.namespaced !== (inNamespace || found.definition.namespaced)
  ) {
    return 'no-resource';
  }
  if (name !== undefined && found.definition.namespaced && !inNamespace) return 'no-resource';
  return { resource: found.name, namespace: inNamespace ? (tail[1] ?? '') : null, name: name ?? null, subresource };
}

function hasVersion(served: readonly ResourceName[], group: string | undefined, version: string | undefined): boolean {
  return served.some((name) => resources[name].group === group && resources[name].version === version);
}

function find(
  served: readonly ResourceName[],
  group = '',
  version = '',
  wanted: string,
): { name: ResourceName; definition: Resource } | null {
  for (const name of served) {
    const definition = resources[name];
    if (definition.group === group && definition.version === version && pluralOf(name) === wanted) {
      return { name, definition };
    }
  }
  return null;
}
