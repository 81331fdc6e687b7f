import { imageReference } from '#shared/image-reference.ts';

export { imageReference, type ImageReference } from '#shared/image-reference.ts';

/** In full, as container runtimes write it in their messages: `docker.io/library/nginx:latest`. */
export function wholeImage(image: string): string {
  const { host, repository, tag, digest } = imageReference(image);
  return `${host}/${repository}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

/** What an owner calls a registry: `Docker Hub` for its many hosts, else the host. */
export function registryName(host: string): string {
  return /(^|\.)docker\.(io|com)$/.test(host) ? 'Docker Hub' : host;
}
