import { HARBOR, harborImages, harborParts } from './harbor.ts';
import { endpointsOf, reaches, type PlacesParts } from './places.ts';
import { manifestAsked, manifestPage } from './registry-pages.ts';
import { json, type Page } from './web-pages.ts';

const VERSION = { 'docker-distribution-api-version': 'registry/2.0' };

/** What Harbor's core answers, which runs. `token` is what stands in the header Authorization, "" if nothing. */
export function harborPage(path: string, token: string, parts: PlacesParts): Page {
  if (path === '/api/v2.0/health') return health(parts);
  if (path.startsWith('/service/token')) return json(200, { token: 'demo', expires_in: 1800, issued_at: '' });
  const asked = manifestAsked(path);
  if (path !== '/v2/' && asked === null) return json(404, { errors: [{ code: 'NOT_FOUND', message: 'not found' }] });
  if (!token.startsWith('Bearer ')) return unauthorized(asked?.repository ?? '');
  return asked === null ? json(200, {}, VERSION) : manifestPage(asked, harborImages);
}

function unauthorized(repository: string): Page {
  const scope = repository === '' ? '' : `,scope="repository:${repository}:pull"`;
  const realm = `Bearer realm="https://${HARBOR.host}/service/token",service="harbor-registry"${scope}`;
  const errors = [{ code: 'UNAUTHORIZED', message: 'unauthorized: unauthorized' }];
  return json(401, { errors }, { ...VERSION, 'www-authenticate': realm });
}

/** Status 200 whatever is wrong, as the real one. */
function health(parts: PlacesParts): Page {
  const components = Object.entries(harborParts).map(([name, service]) => {
    const endpoints = endpointsOf(parts.store, HARBOR.namespace, service);
    if (reaches(endpoints, parts) !== 'yes') return { name, status: 'unhealthy', error: unreached(service) };
    if (parts.network.faults.harborPart !== name) return { name, status: 'healthy' };
    return { name, status: 'unhealthy', error: `failed to check the health of ${name}: context deadline exceeded` };
  });
  const status = components.every((each) => each.status === 'healthy') ? 'healthy' : 'unhealthy';
  return json(200, { status, components });
}

function unreached(service: string): string {
  return `failed to check health: dial tcp: ${service}: connect: connection refused`;
}
