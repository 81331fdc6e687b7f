import { resources, type Resource, type ResourceName } from './resources.ts';

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

export function parseResourcePath(path: string): ResourcePath | PathProblem {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  const [root, ...rest] = parts;
  const [group, version, ...tail] = root === 'api' ? ['', ...rest] : rest;
  if ((root !== 'api' && root !== 'apis') || !hasVersion(group, version)) return 'no-group';
  const inNamespace = tail[0] === 'namespaces' && tail.length > 2;
  const [wanted = '', name, ...beyond] = inNamespace ? tail.slice(2) : tail;
  const found = find(group, version, wanted);
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

function hasVersion(group: string | undefined, version: string | undefined): boolean {
  return Object.values(resources).some((resource) => resource.group === group && resource.version === version);
}

function find(group = '', version = '', wanted: string): { name: ResourceName; definition: Resource } | null {
  if (!Object.hasOwn(resources, wanted)) return null;
  const name = wanted as ResourceName;
  const definition = resources[name];
  return definition.group === group && definition.version === version ? { name, definition } : null;
}
