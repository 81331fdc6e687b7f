import type { ImageHeld } from '#server/facts/registry-images.ts';
import { imageReference } from '#shared/image-reference.ts';

/** One image that a registry is asked for, whatever names workloads have for it. */
export interface AskedImage {
  repository: string;
  /** Its digest where one is written, as kubelets pull it, else its tag. */
  reference: string;
  held: ImageHeld;
  /** Epoch ms, null before the first answer that tells. */
  askedAt: number | null;
  /** By `performance.now()`; Infinity: with the next round. */
  dueAt: number;
  /** It was not found just now: the next asking is to say so in words. */
  doubted: boolean;
  /** It wants a login for it that we lack. */
  hidden: boolean;
  /** By `performance.now()`, null unless it is missing. */
  missingSince: number | null;
}

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositories = new RegExp(`^${part}(?:/${part})*$`);
const tags = /^\w[\w.-]{0,127}$/;
const digests = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]{1,200}$/;

/** Where in its registry an image is; null for a name that no registry takes, since names are strangers' and become part of a URL. Pure. */
export function placeOfImage(image: string): Pick<AskedImage, 'repository' | 'reference'> | null {
  const { repository, tag, digest } = imageReference(image);
  const isFine =
    repository.length <= 255 &&
    repositories.test(repository) &&
    (digest === '' ? tags.test(tag) : digests.test(digest));
  return isFine ? { repository, reference: digest || tag } : null;
}

/** The key of an image in its registry. */
export function imageKey({ repository, reference }: Pick<AskedImage, 'repository' | 'reference'>): string {
  return `${repository} ${reference}`;
}
