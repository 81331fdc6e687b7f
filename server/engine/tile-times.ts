import { areas, type Area } from '#shared/area.ts';
import type { TileLevel } from '#shared/level.ts';
import type { Kept } from '#server/history/keeper.ts';

/** Under this name the times of tiles are kept beside what checks remember. */
export const tileTimesName = 'tiles';
const version = 1;

/** Longer than this between two judgements (a suspended machine), and nobody watched. */
export const gapMs = 15_000;
/** After a start sources are still to be listed: being unknown so long says nothing of what is watched. */
export const startMs = 120_000;

/** Since when a tile has its level (epoch ms), and what it was before it became unknown. As kept on disk. */
interface TileTime {
  level: TileLevel;
  since: number;
  before?: { level: TileLevel; since: number; until: number };
}

/** Since when each tile has its level. It survives restarts, and unknown in between ends neither bad nor warn (law 7). */
export interface TileTimes {
  /**
   * Since when `area` has `level`, epoch ms. `oldest` gives since when its oldest finding of that level stands: where it turned
   * while nobody could see it, it has been so for as long as that.
   */
  since(area: Area, level: TileLevel, now: number, oldest: () => number | null): number;
  /** True if any level has turned since this was last asked: then it must be written soon. */
  turned(): boolean;
  /** As kept on disk; the same object while nothing has turned. */
  kept(): Kept['memories'][string];
}

/** Times that begin with what was kept, if anything was. */
export function createTileTimes(before: Kept['memories'][string] | undefined): TileTimes {
  const times = new Map<Area, TileTime>();
  for (const area of areas) {
    const time = before?.version === version ? before.subjects[area] : undefined;
    if (time !== undefined) times.set(area, time as TileTime);
  }
  let lastAt: number | null = null;
  let watchedSince = 0;
  let turned = false;
  let kept: Kept['memories'][string] | null = null;

  return {
    since(area, level, now, oldest) {
      if (lastAt === null || Math.abs(now - lastAt) > gapMs) watchedSince = now;
      lastAt = now;
      const held = times.get(area);
      // A clock that was ahead has left a time that is still to come.
      if (held?.level === level && held.since <= now) return held.since;
      const time = next(held, level, { now, watchedSince, oldest });
      times.set(area, time);
      turned = true;
      kept = null;
      return time.since;
    },
    turned() {
      const was = turned;
      turned = false;
      return was;
    },
    kept() {
      kept ??= { version, subjects: Object.fromEntries(times) };
      return kept;
    },
  };
}

interface Look {
  now: number;
  /** Since when somebody watches without a gap. */
  watchedSince: number;
  oldest: () => number | null;
}

function next(held: TileTime | undefined, level: TileLevel, { now, watchedSince, oldest }: Look): TileTime {
  if (held === undefined || held.level === level) return { level, since: level === 'ok' ? now : (oldest() ?? now) };
  if (level === 'unknown') return { level, since: now, before: { level: held.level, since: held.since, until: now } };
  const { before } = held;
  if (held.level !== 'unknown') {
    const sawItTurn = now !== watchedSince;
    return { level, since: sawItTurn ? now : Math.max(held.since, oldest() ?? now) };
  }
  if (before?.level === level && goesOn(level, held, now, watchedSince)) return { level, since: before.since };
  return { level, since: Math.max(before?.until ?? -Infinity, oldest() ?? now) };
}

/** What was bad or a warning has not ended by being unseen. What was fine must be earned anew, but for the time of a start. */
function goesOn(level: TileLevel, unknown: TileTime, now: number, watchedSince: number): boolean {
  if (level === 'bad' || level === 'warn') return true;
  return unknown.since >= watchedSince && now - watchedSince <= startMs;
}
