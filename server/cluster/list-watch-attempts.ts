import { courseAfter, firstCourse, type AttemptEnd, type Course } from './course.ts';
import type { FactTarget } from './fact-target.ts';
import { doubtOfAbsence, type DoubtOfAbsence } from './not-found.ts';
import { askVersion, listPages } from './list-pages.ts';
import type { ListWatchRequest } from './list-watch-request.ts';
import type { SourceVoice } from './source-voice.ts';
import type { StartTurns } from './start-turns.ts';
import { trouble as troubleFor } from './trouble.ts';
import { watchOnce, type WatchEnd } from './watch-once.ts';

/** With what the attempts of one kind are made. */
export interface AttemptOptions extends ListWatchRequest {
  clock: () => number;
  turns: StartTurns;
}

/** An attempt as it ended, and whether it was a stream that had been well. */
interface Attempt extends AttemptEnd {
  was: 'list' | 'watch';
  wasWell: boolean;
}

/** One attempt after the other to have, and to keep, the state of one kind. */
export class ListWatchAttempts {
  readonly #options: AttemptOptions;
  readonly #target: FactTarget;
  readonly #voice: SourceVoice;
  readonly #doubted: DoubtOfAbsence;
  #course: Course = firstCourse;
  /** True once it was whole. */
  #seen = false;

  constructor(options: AttemptOptions, target: FactTarget, voice: SourceVoice) {
    this.#options = options;
    this.#target = target;
    this.#voice = voice;
    this.#doubted = doubtOfAbsence(options.kind.path, options.gate);
  }

  /** Makes the next attempt, and returns when it is over: how long to wait then, ms. Rejects for a bug only. */
  async next(): Promise<number> {
    const ended = this.#course.need === 'watch' ? await this.#goOn() : await this.#begin();
    this.#seen ||= ended.wasWell;
    const end: Attempt = { ...ended, trouble: this.#doubted(ended.trouble, this.#seen) };
    this.#course = courseAfter(this.#course, end);
    if (end.trouble?.kind === 'absent') this.#target.clear();
    if (end.trouble !== null) return this.#voice.failed(end.trouble, end.wasWell);
    if (end.was === 'watch') this.#voice.closed();
    return 0;
  }

  async #begin(): Promise<Attempt> {
    const release = await this.#options.turns.take(this.#options.stop);
    try {
      this.#target.begin();
      return this.#course.way === 'pages' ? await this.#list() : await this.#watch(true, release);
    } finally {
      release();
    }
  }

  async #goOn(): Promise<Attempt> {
    const { version, doubtful } = this.#course;
    if (doubtful) {
      const now = await askVersion(this.#options);
      // Who may watch but not list cannot ask, and goes on.
      if (now.trouble !== null && now.trouble.kind !== 'forbidden') return notStarted(now.trouble, version);
      if (isBefore(now.version, version)) {
        const reason = `the API was set back from version ${version} to ${now.version}`;
        return notStarted(troubleFor('version-too-large', reason, 'set back'), version);
      }
    }
    return this.#watch(false, () => undefined);
  }

  async #list(): Promise<Attempt> {
    const at = this.#options.clock();
    const end = await listPages(this.#options, {
      begin: () => this.#target.begin(),
      object: (raw) => this.#target.gather('ADDED', raw),
    });
    if (end.trouble !== null) return { ...notStarted(end.trouble, ''), was: 'list' };
    this.#target.publish();
    this.#voice.synced(at);
    return {
      trouble: null,
      was: 'list',
      wasLive: true,
      wasWell: true,
      version: end.version,
      mute: false,
      early: false,
    };
  }

  async #watch(initial: boolean, release: () => void): Promise<Attempt> {
    const { clock, limits } = this.#options;
    let version = this.#course.version;
    let live = !initial;
    let well = false;
    let aliveAt = 0;
    const end = await watchOnce(this.#options, version, initial, {
      opened: () => {
        aliveAt = clock();
        this.#voice.granted();
      },
      event: (change, object, ofInitial) => {
        if (ofInitial) this.#target.gather(change, object);
        else this.#target.apply(change, object);
      },
      version: (told) => {
        version = told;
        aliveAt = clock();
      },
      initialEnd: () => {
        live = true;
        this.#target.publish();
        release();
      },
      settled: () => {
        well = true;
        this.#voice.synced(aliveAt);
      },
      alive: (at) => {
        aliveAt = at;
        if (well) this.#voice.alive(at);
      },
    });
    const mute = live && end.lines === 0 && end.openMs > limits.silentMs;
    const trouble = troubleOf(end, limits.settleMs);
    return { trouble, was: 'watch', wasLive: live, wasWell: well, version, mute, early: end.early };
  }
}

/** A watch that is closed as soon as it is opened has failed, although in good order: else we would ask without end. */
function troubleOf({ trouble: found, lines, openMs }: WatchEnd, settleMs: number): WatchEnd['trouble'] {
  if (found !== null || lines > 0 || openMs >= settleMs) return found;
  return troubleFor('broken', 'the server closes the watch as soon as it is opened', 'closed at once');
}

function notStarted(because: AttemptEnd['trouble'], version: string): Attempt {
  return { trouble: because, was: 'watch', wasLive: false, wasWell: false, version, mute: false, early: false };
}

/** True if both are numbers, as they are of all that etcd or kine keeps, and `a` is the smaller. */
function isBefore(a: string, b: string): boolean {
  return /^\d{1,30}$/.test(a) && /^\d{1,30}$/.test(b) && BigInt(a) < BigInt(b);
}
