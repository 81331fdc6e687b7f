import type { Area } from './area.ts';
import type { TileLevel, Level } from './level.ts';
import type { Say } from './say.ts';

/** A stretch of level, from inclusive, `to` null while it lasts. Epoch ms. */
export interface Stretch {
  level: TileLevel | Level;
  from: number;
  to: number | null;
}

/** Answer of `GET /api/levels?subject=&from=&to=`; subject is an area, `wall` (the headline) or a finding's id. */
export interface LevelsAnswer {
  subject: string;
  /** The stretches within the time asked for, oldest first. Time in none of them is a gap: nobody watched. */
  stretches: Stretch[];
}

/** How much of a window a subject was not bad. `unknown` counts as neither up nor down, and a gap as nothing at all. */
export interface Uptime {
  /** How long the window is, ms: 24 h, 7 d, 30 d. */
  windowMs: number;
  /** 100 x (watched - bad) / watched, null where nothing was watched. */
  percent: number | null;
  /** Time in which the level was known. */
  watchedMs: number;
  badMs: number;
  unknownMs: number;
}

/** Answer of `GET /api/uptime?subject=`; subject as in `LevelsAnswer`. */
export interface UptimeAnswer {
  subject: string;
  uptime: Uptime[];
}

/** What a series measures: `percent` from 0 to 100, `cores` of a processor. */
export type SeriesUnit = 'ms' | 'count' | 'bytes' | 'percent' | 'cores';

/** Begin of a part of the time (epoch ms), and minimum, average and maximum measured in it; null = nothing measured. */
export type HistoryPoint = [at: number, min: number | null, average: number | null, max: number | null];

/** Answer of `GET /api/history?series=NAME&from=MS&to=MS&points=N`. */
export interface HistoryAnswer {
  /** `nodes/ready`, `nodes/disk|Node/nuc0`. */
  series: string;
  /** For people: "The API answers in". */
  title: string;
  unit: SeriesUnit;
  /** How much time a point stands for, ms. */
  step: number;
  /** One for each step, oldest first, none before `from` or after now. */
  points: HistoryPoint[];
  /** The newest value of this time and when it was measured, as finely as it is kept; absent if nothing was. */
  last?: { at: number; value: number };
  /** From which value on it is a warning or bad, to be drawn as lines; absent where there are none. */
  limits?: { level: 'warn' | 'bad'; value: number }[];
}

/** A series that can be asked for. */
export interface SeriesName {
  series: string;
  title: string;
  unit: SeriesUnit;
  area: Area;
  /** How the rows of the area show it already: as a small line, or as a share of the time. */
  inRows?: 'spark' | 'uptime';
}

/** Answer of `GET /api/series?area=AREA`, those of the area as a whole first, then by name; at most 1,000. */
export interface SeriesAnswer {
  series: SeriesName[];
}

/** One episode of a finding, over or not. Times epoch ms. */
export interface PastFinding {
  /** `finding@since`, as `Finding.episode`. */
  episode: string;
  /** The finding's id. */
  finding: string;
  check: string;
  area: Area;
  /** The worst it was. */
  level: Exclude<Level, 'ok'>;
  /** What it said when it was worst. */
  say: Say;
  since: number;
  /** It was so when we first looked: it began at `since` or earlier. */
  atLeast?: true;
  /** Null while it lasts. */
  endedAt: number | null;
  /** It ended while nobody watched: it was over at `endedAt` at the latest. */
  endedAtMost?: true;
  /** The finding that explained it, null if it was a root. */
  cause: string | null;
}

/** Answer of `GET /api/episodes?area=&finding=&from=MS&to=MS`: those that lasted within this time, newest first, at most 500. */
export interface EpisodesAnswer {
  episodes: PastFinding[];
}

export interface Moment {
  at: number;
  kind:
    | 'reboot'
    | 'version'
    | 'cordon'
    | 'node-added'
    | 'node-gone'
    | 'image'
    | 'scale'
    | 'moved'
    | 'incident-begin'
    | 'incident-end'
    | 'acknowledged'
    | 'other-cluster'
    | 'start'
    | 'stop';
  text: string;
  level?: Level;
  finding?: string;
}

/** Answer of `GET /api/moments?from=MS&to=MS`, oldest first, at most 500: the newest of them. */
export interface MomentsAnswer {
  moments: Moment[];
}
