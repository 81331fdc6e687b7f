import type { MomentStore } from '#server/history/history.ts';
import type { Moment } from '#shared/history.ts';

const windowMs = 24 * 3_600_000;
const most = 500;

/** What the timeline tells of the last 24 h, for checks: at most 500, the oldest first. */
export interface RecentMoments {
  /** The same list while nothing changes. `now` is epoch ms. */
  upTo(now: number): readonly Moment[];
  /** One that was added to the timeline of now. */
  add(moment: Moment): void;
}

/**
 * Moments as they are kept in `store` under `key`: read from there once, and once more when the key is another; from then on they
 * are followed as they are added, since reading would write what is still to be written.
 */
export function createRecentMoments(store: () => MomentStore, key: () => string): RecentMoments {
  let heldOf: string | null = null;
  let held: readonly Moment[] = [];

  return {
    upTo(now) {
      if (heldOf !== key()) {
        heldOf = key();
        held = store().read(now - windowMs, now, most);
      } else if (held[0] !== undefined && held[0].at < now - windowMs) {
        held = held.filter(({ at }) => at >= now - windowMs);
      }
      return held;
    },
    add(moment) {
      // Not read yet, or of another history by now: it will be read with all others.
      if (heldOf !== key() || held.some((each) => isSame(each, moment))) return;
      const after = held.findLastIndex(({ at }) => at <= moment.at) + 1;
      held = held.toSpliced(after, 0, moment).slice(-most);
    },
  };
}

/** The same moment told again is one, as in the history. */
function isSame(a: Moment, b: Moment): boolean {
  return a.at === b.at && a.kind === b.kind && a.text === b.text;
}
