/** How often registries are asked and for how long, all in ms but for counts. Tests shorten them. */
export interface RegistryLimits {
  /** How often it is looked what is wanted, and how often what is new is told. */
  lookMs: number;
  /** From a first miss to the second try. */
  againMs: number;
  /** The same where nothing came within the limit: 10 s, 4 s, this and 4 s again must stay below the 20 s in which a registry is red. */
  againSilentMs: number;
  /** How soon one that limits us is asked again, and for how long it is left alone by the round of images. */
  limitedMs: number;
  /** How soon a login is tried again that was refused: servers lock those out who go on trying. */
  refusedLoginMs: number;
  /** Registries that are asked at once; those that are down take half of it at most. */
  atOnce: number;
  /** Registries, whoever wants more. */
  most: number;
  images: ImageLimits;
}

/** The round of images, over all registries. */
export interface ImageLimits {
  /** From one asking to the next, whichever the registry. */
  gapMs: number;
  /** Of one asking. */
  limitMs: number;
  /** From the end of a round to the next. */
  roundMs: number;
  /** How often one image that is held is asked for between rounds: is it missing, all are asked for. */
  sampleMs: number;
  /** How soon a missing one is asked for again in its first hour (its owner has just pushed it), and later. */
  missingSoonMs: number;
  missingMs: number;
  /** How soon one is asked for again that nobody told of. */
  troubledMs: number;
}

const hour = 3_600_000;

export const registryLimits: RegistryLimits = {
  lookMs: 1_000,
  againMs: 2_000,
  againSilentMs: 500,
  limitedMs: 60_000,
  refusedLoginMs: 600_000,
  atOnce: 4,
  most: 50,
  images: {
    gapMs: 1_000,
    limitMs: 4_000,
    roundMs: 6 * hour,
    sampleMs: 300_000,
    missingSoonMs: 30_000,
    missingMs: 120_000,
    troubledMs: 60_000,
  },
};

/** A miss alone changes nothing; so many in a row count. */
export const missesThatCount = 2;
