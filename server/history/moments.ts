import type { Moment } from '#shared/history.ts';
import type { MomentStore } from './history.ts';

const maxMoments = 500;

/** An empty timeline, in memory: the last 500 moments. */
export function createMoments(): MomentStore {
  let moments: Moment[] = [];
  return {
    add(moment) {
      const before = moments.findLastIndex(({ at }) => at <= moment.at);
      moments = moments.toSpliced(before + 1, 0, moment).slice(-maxMoments);
    },
    read: (from, to, most) => moments.filter(({ at }) => at >= from && at <= to).slice(-most),
  };
}
