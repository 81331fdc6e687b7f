import type { HistoryPoint, Moment, PastFinding, Stretch } from '#shared/history.ts';
import type { Keeper } from './keeper.ts';

/** One measured value. */
export interface Sample {
  /** `area/measure` or `area/measure|Kind/namespace/name`. */
  series: string;
  value: number;
  /** It is never let go to make room for others: volumes, and what checks compare with. */
  lasting: boolean;
}

/** Points of a series and how much time each stands for, ms. */
export interface SeriesPoints {
  step: number;
  points: HistoryPoint[];
}

/** The average of five minutes, or of as much of them as has gone. `at` is their begin, epoch ms. */
export interface TrendPoint {
  at: number;
  value: number;
}

/** What was measured in a stretch of time; of no sample `min` and `max` are infinite. */
export interface MeasuredSum {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** How often a sample is taken, and over how much time it is told for how long: 15 s for 24 h, 5 min for 30 d, 1 h for 2 y. */
export const resolutions = [
  { stepMs: 15_000, keptMs: 86_400_000 },
  { stepMs: 300_000, keptMs: 30 * 86_400_000 },
  { stepMs: 3_600_000, keptMs: 731 * 86_400_000 },
] as const;

/** How often all series are sampled, ms. */
export const sampleMs = resolutions[0].stepMs;

/** So many series are kept of a cluster. */
export const mostSeries = 1_000;

/** Measured values over time, of one cluster. */
export interface SeriesStore {
  /**
   * What was measured in the 15 s of `at` (epoch ms); series that are not among `samples` have a gap there. A second call in the
   * same 15 s replaces the first. New series are begun; where there are too many, those that have not been measured for
   * longest go first, lasting ones never, and what found no room is left out.
   */
  record(at: number, samples: readonly Sample[]): void;
  /**
   * The time from `from` to `to` (epoch ms) in at most `points` equal parts of whole steps, by the coarsest resolution that serves
   * them. Null if there is no such series.
   */
  read(series: string, from: number, to: number, points: number): SeriesPoints | null;
  /** The averages of five minutes from `from` on, oldest first, the running five minutes too. Series without any are left out. */
  trends(series: readonly string[], from: number): ReadonlyMap<string, readonly TrendPoint[]>;
  /**
   * What was measured of these series between each of these times (epoch ms, ascending, whole five minutes) and the next. Each
   * sample counts as much as any other, however long nobody watched between them. Series that there are not are left out.
   */
  sums(series: readonly string[], edges: readonly number[]): ReadonlyMap<string, readonly MeasuredSum[]>;
  /** All series by name. */
  names(): readonly string[];
  /** How many series found no room at the last `record`. */
  readonly leftOut: number;
}

/** Stretches of level by subject (an area, `wall` or a finding's id), of one cluster. */
export interface LevelStore {
  /** The subject has this level from `at` on; the same level again costs nothing. */
  record(subject: string, level: Stretch['level'], at: number): void;
  /** Nobody watched after `at`: all stretches end there, and what follows is a gap. */
  pause(at: number): void;
  /** The wall still watches: after a kill, what lasted is known to have lasted until then. */
  alive(at: number): void;
  /** The stretches that touch the time asked for, oldest first; null if the subject is not known. */
  read(subject: string, from: number, to: number): Stretch[] | null;
}

/** Episodes of findings, open and past, of one cluster. */
export interface EpisodeStore {
  /** Begins, changes or ends one: the same `episode` replaces what was known of it. */
  put(episode: PastFinding): void;
  /** Those that have not ended. */
  open(): PastFinding[];
  /** Those that lasted within the time asked for, newest first. */
  read(asked: { from: number; to: number; most: number; area?: string; finding?: string }): PastFinding[];
}

/** The timeline of one cluster. */
export interface MomentStore {
  /** Moments may come late: they are put where they belong. */
  add(moment: Moment): void;
  /** Those from `from` to `to` (both included), oldest first; where there are more than `most`, the newest. */
  read(from: number, to: number, most: number): Moment[];
}

/** All that is kept of one cluster beside what its wall must not forget (`Keeper`). */
export interface ClusterHistory {
  series: SeriesStore;
  levels: LevelStore;
  episodes: EpisodeStore;
  moments: MomentStore;
}

/** Something about the history that its owner should know, though it is kept. */
export interface HistoryNotice {
  /** `set-aside`: a broken file was replaced by a new one; `room`: the oldest detail goes because the disk is full. */
  kind: 'set-aside' | 'room';
  /** The file that was set aside, or the directory whose disk is full. */
  what: string;
  /** Epoch ms. */
  since: number;
  /** Of a file that was set aside: what was saved of it, a sentence; absent where that is not known. */
  saved?: string;
}

/**
 * The history of all clusters that this wall has watched. The file (node:sqlite in CLUSTERWALL_DATA) and memory (where the
 * directory cannot be written, and for the demo) pass one contract test. Nothing here throws: a failing disk shows in
 * `problem`, and then it goes on in memory.
 */
export interface History extends Keeper {
  /** By the cluster's identity. That of "", a cluster that is not known yet, is in memory only. */
  of(clusterId: string): ClusterHistory;
  /** What else is to be told: a set-aside file for a day. */
  readonly notices: readonly HistoryNotice[];
  /** How many series of the cluster that was asked for last found no room. */
  readonly seriesLeftOut: number;
}
