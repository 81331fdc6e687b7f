import { areas, type Area } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import type { Moment, Stretch, Uptime } from '#shared/history.ts';
import { askLevels, askMoments, askUptime } from './doors.ts';
import { followPart } from './follow-part.ts';
import type { Followed } from './followed.svelte.ts';

const dayMs = 86_400_000;
const refreshMs = 5 * 60_000;
/** A moment such as a new image need not change the board: it is on the timeline within a minute. */
const momentsMs = 60_000;

/** What the past was last asked for with, and when. */
interface Asked {
  known: string;
  at: number;
}

/** What the wall tells of its last 24 hours: each area's stretches of level, the moments; and how much of 30 days was good. */
export class Past {
  readonly moments: Followed<Moment[]>;
  readonly uptime: Followed<Uptime[]>;
  readonly #strips = new Map<Area, Followed<Stretch[]>>();
  readonly #asked = new Map<Area | 'moments' | 'wall', Asked>();
  #board: Board | null = null;
  #news = '';

  constructor(now: () => number) {
    const since = () => now() - dayMs;
    this.moments = followPart(
      () => askMoments(since(), now()),
      ({ moments }) => moments,
    );
    this.uptime = followPart(
      () => askUptime('wall'),
      ({ uptime }) => uptime,
    );
    for (const area of areas) {
      this.#strips.set(
        area,
        followPart(
          () => askLevels(area, since()),
          ({ stretches }) => stretches,
        ),
      );
    }
  }

  /** The stretches of an area as last told; empty before the first answer. */
  strip(area: Area): Stretch[] {
    return this.#strips.get(area)?.value ?? [];
  }

  /** Asks again for what of the past the board tells something new, and for all of it every five minutes. */
  follow(board: Board, now: number): void {
    const { id } = board.cluster;
    if (board !== this.#board) this.#news = newsOf(board);
    this.#board = board;
    if (this.#isDue('moments', this.#news, now, momentsMs)) this.moments.refresh();
    if (this.#isDue('wall', `${id} ${board.headline.level}`, now, refreshMs)) this.uptime.refresh();
    for (const { area, level, since } of board.tiles) {
      if (level === 'unwatched' || !this.#isDue(area, `${id} ${level} ${since}`, now, refreshMs)) continue;
      this.#strips.get(area)?.refresh();
    }
  }

  #isDue(what: Area | 'moments' | 'wall', known: string, now: number, everyMs: number): boolean {
    const before = this.#asked.get(what);
    if (before?.known === known && now - before.at < everyMs) return false;
    this.#asked.set(what, { known, at: now });
    return true;
  }
}

/** What of a board is news on the timeline. */
function newsOf(board: Board): string {
  return JSON.stringify([
    board.cluster.id,
    board.tiles.map((tile) => [tile.level, tile.since]),
    board.findings.filter((finding) => finding.level !== 'notice').map((finding) => finding.episode),
  ]);
}
