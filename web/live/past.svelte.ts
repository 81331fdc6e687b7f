import { areas, type Area } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import type { Moment, Stretch } from '#shared/history.ts';
import { askLevels, askMoments } from './doors.ts';
import { Followed } from './followed.svelte.ts';

const dayMs = 86_400_000;
const refreshMs = 5 * 60_000;
const pauseMs = 5_000;

/** The last 24 hours: each area's stretches of level, and the moments. Asked for again when the board tells something new. */
export class Past {
  readonly moments: Followed<Moment[]>;
  readonly #strips = new Map<Area, Followed<Stretch[]>>();
  #board: Board | null = null;
  #known = '';
  #askedAt = -Infinity;

  constructor(now: () => number) {
    const since = () => now() - dayMs;
    this.moments = new Followed(async () => {
      const answer = await askMoments(since(), now());
      return answer.ok ? { ok: true, value: answer.value.moments } : answer;
    }, pauseMs);
    for (const area of areas) {
      const ask = async () => {
        const answer = await askLevels(area, since(), now());
        return answer.ok ? { ok: true as const, value: answer.value.stretches } : answer;
      };
      this.#strips.set(area, new Followed(ask, pauseMs));
    }
  }

  /** The stretches of an area as last told; empty before the first answer. */
  strip(area: Area): Stretch[] {
    return this.#strips.get(area)?.value ?? [];
  }

  /** Asks again if the board differs in what the past tells of, or five minutes have gone. */
  follow(board: Board, now: number): void {
    const known = board === this.#board ? this.#known : newsOf(board);
    this.#board = board;
    if (known === this.#known && now - this.#askedAt < refreshMs) return;
    this.#known = known;
    this.#askedAt = now;
    this.moments.refresh();
    for (const { area, level } of board.tiles) {
      if (level !== 'unwatched') this.#strips.get(area)?.refresh();
    }
  }
}

/** What of a board the past tells of: it is asked for again where this differs. */
function newsOf(board: Board): string {
  return JSON.stringify([
    board.cluster.id,
    board.tiles.map((tile) => [tile.level, tile.since]),
    board.findings.filter((finding) => finding.level !== 'notice').map((finding) => finding.episode),
  ]);
}
