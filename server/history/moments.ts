import type { Moment, MomentsAnswer } from '#shared/history.ts';

const maxMoments = 500;

/** The timeline, in memory: the last 500 moments. */
export interface Moments {
  /** Moments may come late: they are put where they belong. */
  add(moment: Moment): void;
  /** Those from `from` to `to` (both included), oldest first. */
  read(from: number, to: number): MomentsAnswer;
  clear(): void;
}

/** An empty timeline. */
export function createMoments(): Moments {
  let moments: Moment[] = [];
  return {
    add(moment) {
      const before = moments.findLastIndex(({ at }) => at <= moment.at);
      moments = moments.toSpliced(before + 1, 0, moment).slice(-maxMoments);
    },
    read: (from, to) => ({ moments: moments.filter(({ at }) => at >= from && at <= to) }),
    clear() {
      moments = [];
    },
  };
}
