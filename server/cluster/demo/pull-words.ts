import type { WorkloadFault } from './fate.ts';

/** Pods whose image cannot be pulled, by what containerd says, word for word; `image` where the template is changed to it. */
export function cannotPull(image: string, because: (image: string) => string): WorkloadFault {
  return { template: { image }, fate: { is: 'unpulled', why: because(image) } };
}

/** There is no such tag. */
export function notFound(image: string): string {
  return `rpc error: code = NotFound desc = ${unpacking(image)}: ${image}: not found`;
}

/** The registry at this address refuses. */
export function refusedAt(address: string): (image: string) => string {
  return (image) => `${requesting(image)}: dial tcp ${address}: connect: connection refused`;
}

/** The node's DNS does not know the registry. */
export function noSuchHost(image: string): string {
  const host = image.slice(0, image.indexOf('/'));
  return `${requesting(image)}: dial tcp: lookup ${host} on 192.168.1.1:53: no such host`;
}

/** The registry, or who stands before it, answers with an error: `503 Service Unavailable`. */
export function answeredWith(status: string): (image: string) => string {
  return (image) => `${unpacking(image)}: unexpected status from HEAD request to ${manifestOf(image)}: ${status}`;
}

function requesting(image: string): string {
  return `${unpacking(image)}: failed to do request: Head "${manifestOf(image)}"`;
}

function unpacking(image: string): string {
  return `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;
}

function manifestOf(image: string): string {
  const [, host, path, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(image) ?? [];
  return `https://${host}/v2/${path}/manifests/${tag}`;
}
