import { imageReference } from './image-reference.ts';

/** Software that serves images. `registry`: Docker's own, now named Distribution. */
export type RegistryProduct = 'registry' | 'harbor' | 'zot' | 'gitea' | 'forgejo' | 'nexus' | 'quay' | 'spegel';

/** By the end of a repository's name: mirrors and projects put their own names in front. */
const products: readonly [RegExp, RegistryProduct][] = [
  [/(?:^|\/)goharbor\/[\w.-]+$|(?:^|\/)harbor-[a-z-]+$/, 'harbor'],
  [
    /^registry$|(?:^|\/)library\/registry$|(?:^|\/)distribution\/distribution$|(?:^|\/)(?:mirrored-library-registry|docker-registry|gitlab-container-registry|registry-(?:amd64|arm64))$/,
    'registry',
  ],
  [/(?:^|\/)zot(?:-[a-z0-9-]+)?$/, 'zot'],
  [/(?:^|\/)gitea(?:-rootless)?$/, 'gitea'],
  [/(?:^|\/)forgejo(?:-rootless)?$/, 'forgejo'],
  [/(?:^|\/)sonatype\/nexus3?$|(?:^|\/)nexus3$/, 'nexus'],
  [/(?:^|\/)quay\/quay$|(?:^|\/)projectquay\/quay$/, 'quay'],
  [/(?:^|\/)spegel$/, 'spegel'],
];

/** Which software an image is, null if it is no registry that is known. */
export function registryProduct(image: string): RegistryProduct | null {
  const repository = imageReference(image).repository.toLowerCase();
  return products.find(([pattern]) => pattern.test(repository))?.[1] ?? null;
}

/** Where a container of this image keeps images; null for one that keeps none: a part of Harbor, a mirror among nodes. */
export function imageStore(image: string): string | null {
  const repository = imageReference(image).repository.toLowerCase();
  switch (registryProduct(image)) {
    case 'harbor':
      return /(?:^|\/)(?:registry-photon|harbor-registry)$/.test(repository) ? '/storage' : null;
    case 'registry':
    case 'zot':
      return '/var/lib/registry';
    case 'gitea':
    case 'forgejo':
      return /rootless/.test(image) ? '/var/lib/gitea' : '/data';
    case 'nexus':
      return '/nexus-data';
    case 'quay':
      return '/datastorage';
    case 'spegel':
    case null:
      return null;
  }
}
