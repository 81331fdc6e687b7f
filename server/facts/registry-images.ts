import type { FactHead } from './fact.ts';

/** Whether a registry holds an image. `unknown`: it could not be asked, or wants a login that we lack. */
export type ImageHeld = 'held' | 'missing' | 'unknown';

/**
 * Which of the images that workloads refer to a private registry holds: asked for by HEAD, at most one a second, every 6 h and
 * after it came back. One fact a registry, with all its images. Source `registry-images`. Times epoch ms.
 */
export interface RegistryImagesFact extends FactHead {
  /** As `RegistryProbeFact`. */
  key: string;
  host: string;
  /** By name as the workloads write it, at most 1,000: `registry.example/team/web:1.4`. */
  images: readonly { image: string; held: ImageHeld; askedAt: number | null }[];
  /** How many more there are than are asked for. */
  leftOut: number;
  /** When all had been asked for the last time, null before the first round is over. */
  roundAt: number | null;
  /** Since when the round goes on that is under way, null if none does. */
  askingSince: number | null;
  /** It was down until then: what was asked for before is in doubt until it is asked for again. Null if it was not down since the start. */
  sureSince: number | null;
  /** What keeps us from asking, in words, "" if nothing does. */
  problem: string;
}
