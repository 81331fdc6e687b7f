import { storageIsDead, type ApiFaults } from './api-faults.ts';
import { discoveryAnswer, versionAnswer } from './discovery-answer.ts';
import { healthAnswer } from './health-answer.ts';
import { listAnswer } from './list-answer.ts';
import { parseListQuery } from './list-query.ts';
import { logAnswer } from './log-answer.ts';
import type { ObjectStore } from './object-store.ts';
import type { PodLogs } from './pod-logs.ts';
import type { RawObject } from './raw-objects.ts';
import { parseResourcePath, type ResourcePath } from './resource-path.ts';
import { apiVersionOf, pluralOf, resources, servedResources } from './resources.ts';
import { parseSelector } from './selector.ts';
import * as answers from './status-answer.ts';
import type { WatchRequest } from './watch-answer.ts';

/** A whole answer, a watch to be run, or nothing at all. */
export type ApiAnswer = answers.WholeAnswer | ({ kind: 'watch' } & WatchRequest) | { kind: 'hanging' };

/** The user of the demo's credentials, as refusals name it. */
export const DEMO_USER = 'clusterwall';

/** What an API server has to tell of. */
export interface Told {
  store: ObjectStore;
  logs: PodLogs;
}

/** What an API server says to `GET target` (path and query). Never throws. */
export function answerRequest(told: Told, faults: ApiFaults, target: string): ApiAnswer {
  const [path = '', ...rest] = target.split('?');
  const query = new URLSearchParams(rest.join('?'));
  if (faults.unauthorizedSince !== null) return answers.unauthorized();
  if (/^\/(readyz|livez|healthz)(\/|$)/.test(path)) return healthAnswer(path, query, faults.failingParts);
  if (path === '/version') return versionAnswer();
  const served = servedResources(told.store);
  const discovered = discoveryAnswer(path, served);
  if (discovered) return discovered;
  const asked = parseResourcePath(path, served);
  if (asked === 'no-group') return answers.pageNotFound();
  if (asked === 'no-resource') return answers.resourceNotFound();
  return asked.subresource === 'log'
    ? answerLog(told, faults, asked, query)
    : answerResource(told.store, faults, asked, query);
}

function answerLog({ store, logs }: Told, faults: ApiFaults, asked: ResourcePath, query: URLSearchParams): ApiAnswer {
  if (faults.forbidden.has('pods/log')) return forbidden(asked, 'get');
  if (storageIsDead(faults)) return { kind: 'hanging' };
  return logAnswer(store, logs, `${asked.namespace}/${asked.name}`, query);
}

function answerResource(
  store: ObjectStore,
  faults: ApiFaults,
  asked: ResourcePath,
  options: URLSearchParams,
): ApiAnswer {
  const { resource: name, namespace } = asked;
  const query = asked.name === null ? parseListQuery(options) : null;
  const verb = query === null ? 'get' : 'watch' in query && query.watch ? 'watch' : 'list';
  if (faults.forbidden.has(name)) return forbidden(asked, verb);
  if (query === null) return storageIsDead(faults) ? { kind: 'hanging' } : getAnswer(store, asked);
  if ('kind' in query) return query;
  const selector = parseSelector(resources[name], query.labelSelector, query.fieldSelector);
  if ('problem' in selector) return answers.badRequest(selector.problem);
  const inNamespace = (object: RawObject) => namespace === null || object.metadata.namespace === namespace;
  const selected = (object: RawObject) => inNamespace(object) && selector(object);
  // A watch that goes on from a revision lives on the API server's cache; all else is read from the storage.
  const fromCache = query.watch && query.resourceVersion !== null && !query.sendInitialEvents;
  if (storageIsDead(faults) && !fromCache) return { kind: 'hanging' };
  if (query.watch) return { kind: 'watch', name, query, selected };
  return listAnswer(store, name, query, selected);
}

function getAnswer(store: ObjectStore, { resource, namespace, name }: ResourcePath): answers.WholeAnswer {
  const object = store.get(resource, namespace === null ? (name ?? '') : `${namespace}/${name}`);
  const { kind, group } = resources[resource];
  if (object) return answers.jsonAnswer(200, { kind, apiVersion: apiVersionOf(resources[resource]), ...object });
  const details = { name, ...(group === '' ? {} : { group }), kind: pluralOf(resource) };
  return answers.statusAnswer(404, `${qualified(resource)} "${name}" not found`, { reason: 'NotFound', details });
}

function forbidden({ resource, namespace, name, subresource }: ResourcePath, verb: string): answers.WholeAnswer {
  const { group } = resources[resource];
  const what = name === null ? qualified(resource) : `${qualified(resource)} "${name}"`;
  const where = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const right = `cannot ${verb} resource "${subresource === null ? pluralOf(resource) : `${resource}/${subresource}`}" in API group "${group}" ${where}`;
  const details = { ...(name === null ? {} : { name }), ...(group === '' ? {} : { group }), kind: pluralOf(resource) };
  return answers.statusAnswer(403, `${what} is forbidden: User "${DEMO_USER}" ${right}`, {
    reason: 'Forbidden',
    details,
  });
}

/** `pods`, `leases.coordination.k8s.io`. */
function qualified(name: keyof typeof resources): string {
  const { group } = resources[name];
  return group === '' ? name : `${pluralOf(name)}.${group}`;
}
