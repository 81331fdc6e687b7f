import { HARBOR } from './harbor.ts';
import { harborPage } from './harbor-pages.ts';
import type { ObjectStore } from './object-store.ts';
import { endpointsOf, reaches, type PlacesParts } from './places.ts';
import { noServerPage, noSuchPage, pageOf, type Page } from './web-pages.ts';

/** What Traefik answers, and after how long, ms; Infinity where it waits itself. */
export interface TraefikAnswer {
  page: Page;
  tookMs: number;
}

// Traefik's own answers come at once.
const AT_ONCE_MS = 1;

/** What is shown under a name and path; `token` as in `harborPage`. */
export function traefikPage(host: string, path: string, token: string, parts: PlacesParts): TraefikAnswer {
  const { store, network } = parts;
  const backend = backendOf(host, path, store);
  if (backend === null) return { page: noSuchPage, tookMs: AT_ONCE_MS };
  const { namespace, service } = backend;
  const reached = reaches(endpointsOf(store, namespace, service), parts);
  if (reached === 'refused') return { page: noServerPage, tookMs: AT_ONCE_MS };
  if (reached === 'silent') return { page: noServerPage, tookMs: Infinity };
  const { slowerMs = 0, page = null } = network.faults.hosts.get(host) ?? {};
  if (page !== null) return { page, tookMs: AT_ONCE_MS };
  const isCore = namespace === HARBOR.namespace && service === 'harbor-core';
  const usual = isCore ? { page: harborPage(path, token, parts), tookMs: 11 } : pageOf(`${namespace}/${service}`, path);
  return { ...usual, tookMs: usual.tookMs + slowerMs };
}

/** The Service that a name and path lead to, by whatever object names it; null if none does. */
export function backendOf(
  host: string,
  path: string,
  store: ObjectStore,
): { namespace: string; service: string } | null {
  for (const { metadata, spec } of store.list('ingresses')) {
    const paths = spec.rules.filter((rule) => rule.host === host).flatMap(({ http }) => http.paths);
    const fitting = paths.filter((each) => path.startsWith(each.path));
    const [longest] = fitting.toSorted((one, other) => other.path.length - one.path.length);
    if (longest) return { namespace: metadata.namespace ?? '', service: longest.backend.service.name };
  }
  for (const { metadata, spec } of store.list('ingressroutes')) {
    const [name] = spec.routes.filter(({ match }) => match === `Host(\`${host}\`)`).flatMap(({ services }) => services);
    if (name) return { namespace: metadata.namespace ?? '', service: name.name };
  }
  for (const { metadata, spec } of store.list('httproutes')) {
    const [to] = spec.hostnames.includes(host) ? spec.rules.flatMap(({ backendRefs }) => backendRefs) : [];
    if (to) return { namespace: metadata.namespace ?? '', service: to.name };
  }
  return null;
}
