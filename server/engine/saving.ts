import type { Keeper } from '#server/history/keeper.ts';
import { keptOf, type Past } from './past.ts';

/** Memories and figures change all the time and may be a minute old after a crash. */
const soonMs = 60_000;
/** Episodes that come and go many times a second are written once a second. */
const nowMs = 1_000;

/** Decides when what must survive is written. */
export interface Saving {
  /** An episode began, ended or was acknowledged: it is written with the next judgement. */
  episodesChanged(): void;
  /** Something rare was told on the timeline: what it was compared with is written with this judgement, lest it is told twice. */
  told(): void;
  /** Called after each judgement. Without a key (identity unknown) nothing is kept yet. */
  after(now: number, key: string, past: Past): void;
  /** Writes all now, for a graceful stop or before another cluster's past is taken up. */
  all(key: string, past: Past): void;
}

/** Saving through `keeper`, which never throws. */
export function createSaving(keeper: Keeper): Saving {
  let waiting = false;
  let atOnce = false;
  let nowAt = -Infinity;
  let soonAt = -Infinity;

  return {
    episodesChanged() {
      waiting = true;
    },
    told() {
      waiting = true;
      atOnce = true;
    },
    after(now, key, past) {
      if (key === '') return;
      // Absolute, since a clock may be set back.
      if (atOnce || (waiting && Math.abs(now - nowAt) >= nowMs)) {
        keeper.save(key, keptOf(past), 'now');
        waiting = false;
        atOnce = false;
        nowAt = now;
        soonAt = now;
      } else if (Math.abs(now - soonAt) >= soonMs) {
        keeper.save(key, keptOf(past), 'soon');
        soonAt = now;
      }
    },
    all(key, past) {
      if (key !== '') keeper.save(key, keptOf(past), 'now');
    },
  };
}
