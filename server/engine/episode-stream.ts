import type { Finding } from '#shared/finding.ts';
import type { PastFinding } from '#shared/history.ts';
import type { Level } from '#shared/level.ts';
import { beginning, ended, nextOf, type FollowedEpisode } from './followed-episode.ts';
import type { Judgement } from './judgement.ts';
import { startMs } from './tile-times.ts';
import type { Track } from './track.ts';

/** So many open episodes are followed; findings are ranked, so that it is the mildest that find no room. */
const mostFollowed = 2_000;

/**
 * An episode began, became worse or was explained otherwise, or ended. `at` (epoch ms) is when: for a beginning `since`. `before`
 * is how the episode was told last, null when it begins.
 */
export interface EpisodeEvent {
  is: 'began' | 'changed' | 'ended';
  at: number;
  finding: PastFinding;
  before: PastFinding | null;
}

/** The level that a finding shows from now on: `ok` once its episode is over. */
export interface ShownLevel {
  id: string;
  level: Level;
}

/**
 * Begin and end of all findings' episodes, once each, over restarts: the one stream that the history's episodes and the
 * incidents of the timeline are made of, and that messages are to be made of.
 */
export interface EpisodeStream {
  /** Returns the way to stop. */
  onEpisode(listener: (event: EpisodeEvent) => void): () => void;
  /** Takes up a judgement; returns the findings that show another level than before. `trackOf` knows more of a finding. */
  follow(judgement: Followable, trackOf: TrackOf): readonly ShownLevel[];
  /** Nobody watched until `now`: what ended meanwhile did so at the latest when that is seen. */
  paused(now: number): void;
  /** From here on the episodes are those of another history, in which these are open. */
  begin(open: readonly PastFinding[], now: number): void;
  /** All that are open and have been told. */
  open(): PastFinding[];
}

type Followable = Pick<Judgement, 'snapshot' | 'findings' | 'runs'>;

type TrackOf = (finding: Finding) => Pick<Track, 'state' | 'raw'> | undefined;

/** A stream on which nothing has happened yet. */
export function createEpisodeStream(): EpisodeStream {
  return new FollowingStream();
}

class FollowingStream implements EpisodeStream {
  #listeners = new Set<(event: EpisodeEvent) => void>();
  // By finding.
  #followed = new Map<string, FollowedEpisode>();
  #watchedSince = 0;
  #turn = 0;

  onEpisode(listener: (event: EpisodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  follow({ snapshot, findings, runs }: Followable, trackOf: TrackOf): readonly ShownLevel[] {
    const { now } = snapshot;
    this.#turn += 1;
    const turned: ShownLevel[] = [];
    let seen = 0;
    for (const finding of findings) {
      const each = this.#look(finding, now);
      if (each === null) continue;
      seen += 1;
      each.turn = this.#turn;
      each.sure = isSure(each, finding, trackOf);
      if (!each.told || each.level === finding.level) continue;
      each.level = finding.level;
      turned.push({ id: finding.id, level: finding.level });
    }
    if (seen === this.#followed.size) return turned;
    for (const each of this.#followed.values()) {
      if (each.turn === this.#turn || !isOver(each, runs)) continue;
      if (each.told) turned.push({ id: each.past.finding, level: 'ok' });
      this.#end(each, now);
    }
    return turned;
  }

  paused(now: number): void {
    this.#watchedSince = now;
    for (const each of this.#followed.values()) Object.assign(each, { level: null, sure: false });
  }

  begin(open: readonly PastFinding[], now: number): void {
    this.#followed.clear();
    this.#watchedSince = now;
    for (const past of open.slice(0, mostFollowed)) {
      const twin = this.#followed.get(past.finding);
      // A finding has one episode at a time: what a lost write left open is over.
      if (twin !== undefined) this.#end(twin, now);
      this.#followed.set(past.finding, { past, level: null, sure: false, aloneAt: null, told: true, turn: -1 });
    }
  }

  open(): PastFinding[] {
    return [...this.#followed.values()].filter(({ told }) => told).map(({ past }) => past);
  }

  /** Null for one too many. */
  #look(finding: Finding, now: number): FollowedEpisode | null {
    const known = this.#followed.get(finding.id);
    const goesOn = known !== undefined && known.past.episode === finding.episode;
    if (goesOn && known.told) {
      this.#change(known, finding, now);
      return known;
    }
    if (known !== undefined && !goesOn) this.#end(known, now);
    if (!goesOn && this.#followed.size >= mostFollowed) return null;
    // Until all sources are listed nearly everything is unknown, at every start: that is no episode.
    const told = !isBlank(finding) || now - this.#watchedSince >= startMs;
    const begun = { past: beginning(finding), level: null, sure: true, aloneAt: null, told, turn: this.#turn };
    this.#followed.set(finding.id, begun);
    if (told) this.#tell({ is: 'began', at: finding.since, finding: begun.past, before: null });
    return begun;
  }

  #change(known: FollowedEpisode, finding: Finding, now: number): void {
    const next = nextOf(known, finding, now);
    if (next === null) return;
    const before = known.past;
    known.past = next.past;
    this.#tell({ is: 'changed', at: next.at, finding: next.past, before });
  }

  #end(each: FollowedEpisode, now: number): void {
    this.#followed.delete(each.past.finding);
    const finding = ended(each, now);
    if (each.told) this.#tell({ is: 'ended', at: finding.endedAt ?? now, finding, before: each.past });
  }

  #tell(event: EpisodeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Nothing is known of it, and nothing was. */
function isBlank({ level, lastLevel }: Finding): boolean {
  return level === 'unknown' && lastLevel === undefined;
}

/** Whether the finding was seen to last just now: while it calms down it is over already, and while it is blind nobody knows. */
function isSure({ sure }: FollowedEpisode, finding: Finding, trackOf: TrackOf): boolean {
  if (finding.lastLevel !== undefined) return false;
  if (sure) return true;
  const track = trackOf(finding);
  return track !== undefined && track.state !== 'blind' && track.raw !== 'ok';
}

/** What was shown and is no longer is over; what was open before this process, once its check can see again, or is no more. */
function isOver({ turn, past }: FollowedEpisode, runs: Judgement['runs']): boolean {
  if (turn >= 0) return true;
  const run = runs.get(past.check);
  return run === undefined || (run.blind.length === 0 && run.failure === '');
}
