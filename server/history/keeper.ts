import type { Level } from '#shared/level.ts';
import type { Meaning } from '#shared/finding.ts';
import type { Say } from '#shared/say.ts';

/** One open episode, as it must survive a restart. Times epoch ms. */
export interface KeptEpisode {
  finding: string;
  level: Exclude<Level, 'ok'>;
  since: number;
  atLeast: boolean;
  /** When first seen by us (differs from `since` where the object had its own time). */
  seenAt: number;
  /** What it said last, for while its source has not been seen again. */
  say?: Say;
  /** The sources it was judged by last, at most 20. Absent where it had none, and in what older versions kept. */
  sources?: string[];
}

/** Which episode was acknowledged, when and how it was meant. */
export interface KeptAcknowledgement {
  episode: string;
  finding: string;
  at: number;
  meaning: Meaning;
  /** How bad it was then: what has become worse since is not meant. Absent in what older versions kept. */
  level?: Level;
}

/** A tile's last figure, for when nothing is fresh after a restart. */
export interface KeptFigure {
  area: string;
  value: string;
  unit?: string;
  rest?: string;
  asOf: number;
}

/** What survives a restart, of one cluster. Bounded by whoever writes it. */
export interface Kept {
  episodes: KeptEpisode[];
  acknowledgements: KeptAcknowledgement[];
  /** `check` -> version and JSON-able memory by subject. */
  memories: Record<string, { version: number; subjects: Record<string, unknown> }>;
  figures: KeptFigure[];
}

/**
 * Keeps what must survive, by the cluster's identity. The file (node:sqlite in CLUSTERWALL_DATA) and memory (where the
 * directory cannot be written, and for the demo) pass one contract test. Nothing here throws: a failing disk shows in `problem`.
 */
export interface Keeper {
  /** "" if all is well, else why nothing is kept: "history is not kept: /data is read-only". */
  readonly problem: string;
  /** The identity last seen behind this server address, "" if none. */
  identityBehind(server: string): string;
  rememberIdentity(server: string, clusterId: string): void;
  load(clusterId: string): Kept;
  /** Writes what differs from what was last saved. Episodes and acknowledgements at once, memories and figures at most once a minute unless `now`. */
  save(clusterId: string, kept: Kept, when: 'soon' | 'now'): void;
  close(): void;
}
