import type { RegistryImagesFact } from '#server/facts/registry-images.ts';

/** How far it is known what a registry holds. */
export interface ImagesAsked {
  all: number;
  /** Asked for since it was down last, or since the start. */
  asked: number;
  /** Held when they were asked for last, whenever that was. */
  held: number;
  /** Of which nothing can be said yet: it was down since they were asked for, or they never were. */
  inDoubt: number;
  /** They were asked for before it went down. */
  again: boolean;
}

/**
 * Counts what is sure of a registry's images: one that was held before it went down may be gone since, as its storage may be.
 * A new image that is asked for in a moment puts nothing in doubt. Pure.
 */
export function imagesAsked({ images, roundAt, askingSince, sureSince }: RegistryImagesFact): ImagesAsked {
  const isOver = roundAt !== null && (sureSince === null || roundAt >= sureSince);
  const isSure = (askedAt: number | null) => askedAt !== null && (sureSince === null || askedAt >= sureSince);
  const unsure = images.filter(({ askedAt }) => !isSure(askedAt));
  const inDoubt = unsure.filter(({ askedAt, held }) => {
    return askedAt === null ? !isOver || askingSince === null : held !== 'missing';
  });
  return {
    ...{ all: images.length, asked: images.length - unsure.length, inDoubt: inDoubt.length },
    held: images.filter(({ held }) => held === 'held').length,
    again: sureSince !== null && images.some(({ askedAt }) => askedAt !== null),
  };
}
