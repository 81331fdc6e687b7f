import { isIP } from 'node:net';
import { imageReference } from '#shared/image-reference.ts';
import { placeOfImage } from './asked-image.ts';
import { hostNameOf } from './host-name.ts';
import { isPublicRegistry } from './public-registries.ts';
import type { ConfiguredRegistry, RegistriesConfig } from './registry-config.ts';
import type { WantedRegistry } from './wanted-registry.ts';
import { addressFor } from './wanted-servers.ts';

/** So many are asked; each every 10 s is five a second. */
export const mostRegistries = 50;
/** So many images of each are asked for: at one a second a quarter of an hour. */
export const mostImages = 1_000;

/** Of those that are discovered. */
const everyMs = 10_000;
const timeoutMs = 4_000;

/**
 * All registries to ask, at most `mostRegistries`: the owner's in the order of the file, then the private ones that `images`
 * (as workloads write them, each once) come from, by host. Hosts whose images come through one of the owner's are covered by it. Pure.
 */
export function wantedRegistries(images: Iterable<string>, config: RegistriesConfig): WantedRegistry[] {
  const byHost = imagesByHost(images);
  const covered = new Set<string>();
  const configured = config.registries.map((registry) => {
    const host = hostOfUrl(registry.url);
    for (const each of [host, ...registry.mirrors]) covered.add(withoutPort443(each.toLowerCase()));
    return ofOwner(registry, host, byHost.get(withoutPort443(host)) ?? [], config);
  });
  const hosts = config.discover ? [...byHost.keys()].filter((host) => !covered.has(host) && isAskable(host)) : [];
  const discovered = hosts.toSorted().map((host) => found(host, byHost.get(host) ?? [], config));
  return [...configured, ...discovered].slice(0, mostRegistries);
}

function imagesByHost(images: Iterable<string>): Map<string, string[]> {
  const byHost = new Map<string, string[]>();
  for (const image of images) {
    if (placeOfImage(image) === null) continue;
    const host = withoutPort443(imageReference(image).host.toLowerCase());
    const held = byHost.get(host);
    if (held === undefined) byHost.set(host, [image]);
    else held.push(image);
  }
  return byHost;
}

function ofOwner(
  registry: ConfiguredRegistry,
  host: string,
  images: readonly string[],
  config: RegistriesConfig,
): WantedRegistry {
  const { name, url, kind, login, mirrors, address, resolver, authorities, verify } = registry;
  // What a public one holds for everybody is for others to keep; what it holds for its owner needs a login.
  const isAsked = config.images && registry.images && (login !== null || !isPublicRegistry(host));
  return {
    ...{ key: `Registry/${name}`, name, host, kind, configured: true, mirrors, url, login },
    ...{ address, resolver, authorities, verify, everyMs: registry.everyMs, timeoutMs: registry.timeoutMs },
    ...bounded(isAsked ? images : []),
  };
}

function found(host: string, images: readonly string[], config: RegistriesConfig): WantedRegistry {
  const { addresses, resolver, authorities } = config;
  const [, name = ''] = /^(.*?)(?::\d+)?$/.exec(host) ?? [];
  const address = addressFor(name, addresses);
  return {
    ...{ key: `Registry/${host}`, name: host, host, kind: 'v2', configured: false, mirrors: [], login: null },
    ...{ url: `https://${host}`, address, resolver: isIP(address || bare(name)) === 0 ? resolver : '', authorities },
    // Authorities of one's own are usual here, and nothing secret is sent; what is wrong with certificates is told elsewhere.
    ...{ verify: 'dates', everyMs, timeoutMs },
    ...bounded(config.images ? images : []),
  };
}

function bounded(images: readonly string[]): Pick<WantedRegistry, 'images' | 'imagesLeftOut'> {
  const sorted = images.toSorted();
  return { images: sorted.slice(0, mostImages), imagesLeftOut: Math.max(0, sorted.length - mostImages) };
}

/** As image names begin: what stands in the owner's URL, and Docker Hub by the one name that its images have. */
function hostOfUrl(url: string): string {
  const [, host = ''] = /^[a-z]+:\/\/([^/?#]+)/i.exec(url) ?? [];
  return host.toLowerCase().replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io');
}

/** True of a private one that others than its own machine can reach. */
function isAskable(host: string): boolean {
  const [, name = '', port = ''] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const plain = hostNameOf(name);
  if (plain === null || isPublicRegistry(host) || (port !== '' && (Number(port) < 1 || Number(port) > 65_535)))
    return false;
  // Each node reaches another one there, or nobody.
  return !/^(?:localhost|.*\.localhost|127\..*|0\.0\.0\.0|::1?)$/.test(plain);
}

function bare(host: string): string {
  return host.replace(/^\[(.+)\]$/, '$1');
}

/** The port that goes without saying. */
function withoutPort443(host: string): string {
  return host.replace(/:443$/, '');
}
