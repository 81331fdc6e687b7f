import type { SeriesStore, TrendPoint } from '#server/history/history.ts';
import type { Check, TrendOf } from './define-check.ts';
import type { Snapshot } from './snapshot.ts';

/** How long what was read of the history may be used: a point stands for five minutes. */
const readEveryMs = 60_000;

const none: readonly TrendPoint[] = [];

/** What checks compare with, read from the history. */
export interface Trends {
  of(check: Check, snapshot: Snapshot): TrendOf;
  /** Another history. */
  clear(): void;
}

/** What was read of the history for one check, at one moment (epoch ms). */
interface Held {
  at: number;
  names: ReadonlySet<string>;
  points: ReadonlyMap<string, readonly TrendPoint[]>;
}

/** Trends out of the store of the moment, read once a minute for each check, and at once for a series that is new. */
export function createTrends(store: () => SeriesStore): Trends {
  const heldByCheck = new Map<string, Held>();

  function read(check: Check, snapshot: Snapshot): Held {
    const names = namesOf(check, snapshot);
    const points = store().trends([...names], snapshot.now - (check.trends?.windowMs ?? 0));
    const held = { at: snapshot.now, names, points };
    heldByCheck.set(check.check, held);
    return held;
  }

  return {
    of(check, snapshot) {
      if (check.trends === undefined) return () => none;
      const before = heldByCheck.get(check.check);
      const isRecent = before !== undefined && Math.abs(snapshot.now - before.at) < readEveryMs;
      let held = isRecent ? before : read(check, snapshot);
      let isNew = held.at === snapshot.now;
      return (series) => {
        if (!isNew && !held.names.has(series)) {
          // A node that has just joined need not wait a minute; one look a judgement is enough for all that are new.
          isNew = true;
          if (namesOf(check, snapshot).has(series)) held = read(check, snapshot);
        }
        return held.points.get(series) ?? none;
      };
    },
    clear: () => heldByCheck.clear(),
  };
}

function namesOf({ trends }: Check, snapshot: Snapshot): ReadonlySet<string> {
  return new Set(trends?.series(snapshot));
}
