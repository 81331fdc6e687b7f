import type { PastFinding, Stretch, Uptime } from '#shared/history.ts';
import { askEpisodes, askLevels, askUptime } from './doors.ts';
import { followPart } from './follow-part.ts';
import type { Followed } from './followed.svelte.ts';

const refreshMs = 5 * 60_000;
const monthMs = 30 * 86_400_000;

/** The last 30 days of an area or a finding, for as long as its page is open. */
export class FollowedPast {
  readonly #levels: Followed<Stretch[]>;
  readonly #uptime: Followed<Uptime[]> | null;
  readonly #episodes: Followed<PastFinding[]>;
  #known = '';
  #askedAt = -Infinity;

  /** `name` tells the area, or the finding's id. */
  constructor(kind: 'area' | 'finding', name: () => string, now: () => number) {
    const from = () => now() - monthMs;
    this.#levels = followPart(
      () => askLevels(name(), from()),
      ({ stretches }) => stretches,
    );
    // What part of the time a finding was not there is no figure that anybody asks for.
    this.#uptime =
      kind === 'finding'
        ? null
        : followPart(
            () => askUptime(name()),
            ({ uptime }) => uptime,
          );
    this.#episodes = followPart(
      () => askEpisodes(kind, name(), from(), now()),
      ({ episodes }) => episodes,
    );
  }

  /** What was told last, each part empty before its first answer. `trouble`: why the episodes cannot be told. */
  get told(): { stretches: Stretch[]; uptime: Uptime[]; episodes: PastFinding[]; trouble: string | null } {
    return {
      stretches: this.#levels.value ?? [],
      uptime: this.#uptime?.value ?? [],
      episodes: this.#episodes.value ?? [],
      trouble: this.#episodes.trouble,
    };
  }

  /** Asks again if what is known of it (`state`, of any form) differs from last time, or five minutes have gone. */
  follow(state: string, now: number): void {
    if (state === this.#known && now - this.#askedAt < refreshMs) return;
    this.#known = state;
    this.#askedAt = now;
    for (const each of [this.#levels, this.#uptime, this.#episodes]) each?.refresh();
  }

  /** Nobody looks any more. */
  leave(): void {
    for (const each of [this.#levels, this.#uptime, this.#episodes]) each?.leave();
  }
}
