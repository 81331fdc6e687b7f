import { createHash } from 'node:crypto';
import type { NetworkFaults } from './network-life.ts';
import { json, type Page } from './web-pages.ts';
import { REGISTRY } from './web-hosts.ts';
import { ownBuilds, workloads } from './workloads.ts';

const VERSION = { 'docker-distribution-api-version': 'registry/2.0' };

// What has been built at home and pushed: `home/dashboard:2.3`.
const pushed = workloads
  .filter(({ namespace, name }) => ownBuilds.includes(`${namespace}/${name}`))
  .map(({ image }) => image.slice(`${REGISTRY}/`.length));

/** What the registry on the NAS answers: distribution, as Debian and many boxes have it. */
export function registryPage(path: string, { registry }: Pick<NetworkFaults, 'registry'>): Page {
  const held = registry === 'empty' ? [] : pushed;
  if (path === '/') return { status: 200, headers: { 'cache-control': 'no-cache' }, body: '' };
  if (path === '/v2/') return json(200, {}, VERSION);
  if (path === '/v2/_catalog') {
    const repositories = [...new Set(held.map((image) => image.slice(0, image.indexOf(':'))))].toSorted();
    return json(200, { repositories }, VERSION);
  }
  const asked = manifestAsked(path);
  if (asked !== null) return manifestPage(asked, held);
  return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
}

/** Which image a path asks for: `/v2/home/dashboard/manifests/2.3`; null if it asks for something else. */
export function manifestAsked(path: string): { repository: string; reference: string } | null {
  const [, repository = '', reference = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(path) ?? [];
  return repository === '' ? null : { repository, reference };
}

/** The manifest of an image that is held, or that nobody knows it. */
export function manifestPage(
  { repository, reference }: { repository: string; reference: string },
  held: readonly string[],
): Page {
  const image = held.find((each) => {
    return each === `${repository}:${reference}` || (each.startsWith(`${repository}:`) && digestOf(each) === reference);
  });
  if (image === undefined) {
    const detail = reference.startsWith('sha256:') ? 'unknown manifest' : `unknown tag=${reference}`;
    return json(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail }] }, VERSION);
  }
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const headers = { ...VERSION, 'content-type': mediaType, 'docker-content-digest': digestOf(image) };
  return json(200, { schemaVersion: 2, mediaType, manifests: [] }, headers);
}

function digestOf(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`;
}
