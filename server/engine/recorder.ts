import type { Area } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import type { Moment, Stretch } from '#shared/history.ts';
import type { ClusterHistory, History, LevelStore } from '#server/history/history.ts';
import type { EpisodeStream } from './episode-stream.ts';
import type { Judgement } from './judgement.ts';
import type { Past } from './past.ts';
import type { Sampler } from './sampler.ts';
import { takeOver, wallSubject } from './take-over.ts';
import { gapMs } from './tile-times.ts';
import type { Timeline } from './timeline.ts';

/** How often it is written that the wall still watches: after a kill so much of the time it watched is not told. */
const aliveEveryMs = 15_000;

/** Writes what boards say into the history: levels, episodes, moments, series. */
export interface Recorder {
  /** Tells how soon what the timeline was compared with must be written. */
  record(board: Board, judgement: Judgement, past: Past): ReturnType<Timeline['notice']>;
  /** What follows belongs to the history of the key that holds now, which goes on with this moment. */
  begin(moment: Moment): void;
  /** Whose history it is that was kept under the key `from` until now (`at`, epoch ms) has become known. */
  learned(from: string, at: number): void;
  /** Nobody watches from now on; `moment` tells so, null where the wall was never started. */
  stop(moment: Moment | null): void;
}

/** What a recorder writes through. `key` is that of the history that holds now. */
export interface RecorderParts {
  history: Pick<History, 'of'>;
  key: () => string;
  sampler: Sampler;
  stream: EpisodeStream;
  timeline: Timeline;
}

/** A recorder that has written nothing yet. */
export function createRecorder(parts: RecorderParts): Recorder {
  return new WritingRecorder(parts);
}

class WritingRecorder implements Recorder {
  #parts: RecorderParts;
  #levels = createLevelNotes();
  /** The key of the history that is written, null before anything was. */
  #key: string | null = null;
  /** From when on what is kept under this key is of this process. */
  #begunAt = 0;
  #lastAt: number | null = null;
  #aliveAt = -Infinity;
  #context = { now: 0, timeZone: 'UTC' };

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    parts.stream.onEpisode((event) => {
      this.#into.episodes.put(event.finding);
      parts.timeline.follow(event, this.#context);
    });
  }

  record(board: Board, judgement: Judgement, past: Past): ReturnType<Timeline['notice']> {
    const { sampler, stream, timeline } = this.#parts;
    const { snapshot } = judgement;
    const at = snapshot.now;
    this.#context = { now: at, timeZone: board.timeZone };
    this.#watch(at);
    const { levels, series } = this.#into;
    this.#levels.note(board, at, levels);
    const shown = stream.follow(judgement, ({ check, id }) => past.tracks.get(check)?.get(id));
    for (const { id, level } of shown) levels.record(id, level, at);
    if (Math.abs(at - this.#aliveAt) >= aliveEveryMs) {
      levels.alive(at);
      this.#aliveAt = at;
    }
    sampler.sample(snapshot, series);
    const told = timeline.notice(snapshot, past.timeline);
    // What is read is written first: it must not be remembered as told without having been told.
    if (told === 'now') this.#into.moments.read(at, at, 1);
    return told;
  }

  begin(moment: Moment): void {
    this.#follow(moment.at);
    this.#into.moments.add(moment);
  }

  learned(from: string, at: number): void {
    if (this.#key !== from) return;
    const before = this.#into;
    const watched = this.#lastAt !== null && Math.abs(at - this.#lastAt) <= gapMs;
    before.levels.pause(watched ? at : (this.#lastAt ?? at));
    this.#key = this.#parts.key();
    takeOver(before, this.#into, this.#begunAt);
    this.#takeUp(at);
  }

  stop(moment: Moment | null): void {
    if (this.#key === null) return;
    // Between the last judgement and now nothing was seen.
    if (this.#lastAt !== null) this.#into.levels.pause(this.#lastAt);
    if (moment !== null) this.#into.moments.add(moment);
    this.#levels.forget();
  }

  get #into(): ClusterHistory {
    return this.#parts.history.of(this.#key ?? this.#parts.key());
  }

  #watch(at: number): void {
    this.#follow(at);
    if (this.#lastAt !== null && Math.abs(at - this.#lastAt) > gapMs) {
      this.#into.levels.pause(this.#lastAt);
      this.#levels.forget();
      this.#parts.stream.paused(at);
    }
    this.#lastAt = at;
  }

  /** Leaves the history that was written until now for that of the key that holds now, if that is another. */
  #follow(at: number): void {
    const key = this.#parts.key();
    if (this.#key === key) return;
    if (this.#key !== null && this.#lastAt !== null) this.#into.levels.pause(this.#lastAt);
    this.#key = key;
    this.#begunAt = at;
    this.#context.now = at;
    this.#takeUp(at);
  }

  #takeUp(at: number): void {
    this.#levels.forget();
    this.#parts.sampler.clear();
    this.#aliveAt = -Infinity;
    this.#parts.stream.begin(this.#into.episodes.open(), at);
  }
}

/** What was recorded last of the tiles and the headline, so that nothing is written while nothing changes. */
function createLevelNotes() {
  const noted = new Map<Area | typeof wallSubject, Stretch['level']>();
  function put(subject: Area | typeof wallSubject, level: Stretch['level'], at: number, into: LevelStore): void {
    if (noted.get(subject) === level) return;
    noted.set(subject, level);
    into.record(subject, level, at);
  }
  return {
    note({ headline, tiles }: Board, at: number, into: LevelStore): void {
      put(wallSubject, headline.level, at, into);
      for (const { area, level } of tiles) put(area, level, at, into);
    },
    forget: () => noted.clear(),
  };
}
