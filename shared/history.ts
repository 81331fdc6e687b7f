import type { TileLevel, Level } from './level.ts';

/** A stretch of level, from inclusive, `to` null while it lasts. Epoch ms. */
export interface Stretch {
  level: TileLevel | Level;
  from: number;
  to: number | null;
}

/** Answer of `GET /api/levels?subject=&from=&to=`; subject is an area or a finding's id. */
export interface LevelsAnswer {
  subject: string;
  /** The stretches within the time asked for, oldest first. Time in none of them is a gap: nobody watched. */
  stretches: Stretch[];
}

/** Answer of `GET /api/history?series=NAME&from=MS&to=MS&points=N`: one point a slot, oldest first, null = nothing measured. */
export interface HistoryAnswer {
  series: string;
  /** For people: "The API answers in". */
  title: string;
  unit: 'ms' | 'count' | 'bytes' | 'percent';
  points: { at: number; value: number | null }[];
}

export interface Moment {
  at: number;
  kind:
    | 'reboot'
    | 'version'
    | 'cordon'
    | 'node-added'
    | 'node-gone'
    | 'incident-begin'
    | 'incident-end'
    | 'other-cluster'
    | 'start';
  text: string;
  level?: Level;
  finding?: string;
}

/** Answer of `GET /api/moments?from=MS&to=MS`, oldest first, at most 500. */
export interface MomentsAnswer {
  moments: Moment[];
}
