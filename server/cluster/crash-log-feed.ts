import type { PodFact } from '#server/facts/pod.ts';
import type { SourceState } from '#shared/source.ts';
import { askCrashLog, type CrashLogAnswer } from './ask-crash-log.ts';
import { backOff, type BackOff } from './back-off.ts';
import { crashLogWishes, type CrashLogWish } from './crash-log-wishes.ts';
import type { CrashLogsOptions, PodsSeen } from './crash-logs.ts';
import { feedRights, type FeedRights } from './feed-rights.ts';
import { trouble as troubleFor, type Trouble, type TroubleKind } from './trouble.ts';

/** The feed as rights and the manifests know it. */
export const crashLogRow = {
  source: 'crash-logs',
  required: false,
  rule: { group: '', resource: 'pods/log', verbs: ['get'] },
  buys: 'the last lines a crashed container wrote, which mostly say why',
};

const { source } = crashLogRow;

/**
 * Asked for where nothing has crashed, to know whether logs may be read before they are needed: who may is told that there
 * is no such pod, and reads nothing.
 */
const question: CrashLogWish = {
  ...{ key: '', uid: '', run: '', restarts: 0, previous: false, endedAt: null },
  ...{ namespace: 'default', pod: 'clusterwall-asks-whether-it-may-read-logs', container: 'none' },
};

/** How it stands with the log of one run. */
interface Held {
  run: string;
  uid: string;
  /** True once the API has said all it will say of this run, asked in this way. */
  done: boolean;
  previous: boolean;
  /** Monotonic ms before which it is not asked for again. */
  dueAt: number;
  failures: BackOff;
}

/** Why nothing can be asked for now. */
interface Refusal {
  state: RefusalState;
  reason: string;
  /** Monotonic ms. */
  until: number;
  /** What was refused is asked for again. */
  wish: CrashLogWish;
}

type RefusalState = SourceState & ('forbidden' | 'unauthorized' | 'untrusted' | 'unreachable' | 'failing');

/** The troubles that are with asking at all, as states of the source. */
const refusals: Partial<Record<TroubleKind, RefusalState>> = {
  forbidden: 'forbidden',
  unauthorized: 'unauthorized',
  untrusted: 'untrusted',
  unreachable: 'unreachable',
};

/** Looks at the pods twice a second, fetches what is not held, and tells how the feed stands. */
export class CrashLogFeed {
  readonly #options: Required<CrashLogsOptions>;
  readonly #rights: FeedRights;
  readonly #stopped = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #failures: BackOff;
  readonly #held = new Map<string, Held>();
  readonly #asked = new Set<string>();
  #pods: ReadonlyMap<string, PodFact> | null = null;
  #wishes: readonly CrashLogWish[] = [];
  #refusal: Refusal | null = null;
  /** True once the API has said whether we may read logs. */
  #answered = false;
  #wasSynced = false;

  constructor(options: Required<CrashLogsOptions>) {
    this.#options = options;
    const { sink, clock, connection, limits } = options;
    this.#rights = feedRights(sink, clock);
    this.#failures = backOff(limits.backOff, Math.random);
    const { staleAfterMs } = connection.transport;
    sink.declare({ name: source, role: 'feed', staleAfterMs, kinds: ['crashLog'] });
    sink.state(source, 'syncing');
    this.#timer = setInterval(() => this.#look(), limits.lookMs).unref();
  }

  /** The credentials are others: what was refused may be granted now. */
  hurry(): void {
    this.#answered = false;
    if (this.#refusal !== null) this.#refusal.until = 0;
    this.#failures.reset();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopped.abort();
  }

  /** Ends, and leaves nothing behind. */
  drop(): void {
    this.stop();
    this.#options.sink.drop(source);
    this.#rights.forget(source);
  }

  #look(): void {
    const seen = this.#options.seen();
    // What is old may still be shown; but nothing new can be learned of it.
    if (seen.fresh && seen.pods !== this.#pods) this.#take(seen.pods);
    this.#ask();
    this.#tell(seen);
  }

  #take(pods: ReadonlyMap<string, PodFact>): void {
    const { sink, limits } = this.#options;
    this.#pods = pods;
    this.#wishes = crashLogWishes(pods.values(), limits.most);
    const wished = new Map(this.#wishes.map((wish) => [wish.key, wish]));
    for (const [key, { uid }] of this.#held) {
      if (wished.get(key)?.uid === uid) continue;
      this.#held.delete(key);
      sink.remove(source, 'crashLog', key);
    }
  }

  #ask(): void {
    const { gate, limits } = this.#options;
    while (gate.open && !this.#stopped.signal.aborted && this.#asked.size < limits.atOnce) {
      const wish = this.#next(performance.now());
      if (wish === undefined) return;
      void this.#fetch(wish);
    }
  }

  #next(now: number): CrashLogWish | undefined {
    const refusal = this.#refusal;
    // One alone finds out whether all is well again.
    if (refusal !== null) return now < refusal.until || this.#asked.size > 0 ? undefined : refusal.wish;
    const missing = this.#wishes.find((wish) => this.#isMissing(wish, now) && !this.#asked.has(wish.key));
    if (missing !== undefined || this.#answered || this.#pods === null || this.#asked.size > 0) return missing;
    return question;
  }

  #isMissing({ key, run, previous }: CrashLogWish, now: number): boolean {
    const held = this.#held.get(key);
    if (held?.run !== run) return true;
    return held.done ? held.previous !== previous && held.failures.failures(now) > 0 : now >= held.dueAt;
  }

  async #fetch(wish: CrashLogWish): Promise<void> {
    const { connection, limits } = this.#options;
    const { signal: stop } = this.#stopped;
    this.#asked.add(wish.key);
    let answer: CrashLogAnswer;
    try {
      answer = await askCrashLog(wish, { transport: connection.transport, limits, stop });
    } catch (error) {
      // A bug of ours: it must neither end the feed for good nor harm others.
      const message = error instanceof Error ? error.message : String(error);
      answer = { is: 'trouble', ...troubleFor('failing', `internal error: ${message}`, 'internal error') };
    }
    this.#asked.delete(wish.key);
    if (stop.aborted) return;
    this.#heed(wish, answer);
    this.#ask();
    this.#tell(this.#options.seen());
  }

  #heed(wish: CrashLogWish, answer: CrashLogAnswer): void {
    if (answer.is === 'trouble' && this.#isRefusal(wish, answer)) return;
    this.#refusal = null;
    this.#failures.reset();
    if (answer.is !== 'trouble') {
      this.#answered = true;
      this.#rights.told(crashLogRow, true, '');
    }
    this.#keep(wish, answer);
  }

  /** True if the trouble is with asking at all, and not with this one log. */
  #isRefusal(wish: CrashLogWish, { kind, reason }: Trouble): boolean {
    const state = refusals[kind] ?? (wish === question ? 'failing' : null);
    if (state === null) return false;
    const now = performance.now();
    if (state === 'forbidden') {
      this.#answered = true;
      this.#rights.told(crashLogRow, false, reason);
    }
    const waitMs = state === 'forbidden' ? this.#options.limits.forbiddenMs : this.#failures.next(now);
    this.#refusal = { state, reason, wish, until: now + waitMs };
    return true;
  }

  #keep(wish: CrashLogWish, answer: CrashLogAnswer): void {
    const current = this.#wishes.find(({ key }) => key === wish.key);
    // Gone, or followed by another run while it was on its way.
    if (current?.run !== wish.run) return;
    const { sink, clock, limits } = this.#options;
    const { key, uid, namespace, pod, container, restarts, run, previous } = wish;
    const before = this.#held.get(key);
    const failures = before?.run === run ? before.failures : backOff(limits.again, Math.random);
    const waitMs = answer.is === 'lines' ? 0 : failures.next(performance.now());
    if (answer.is === 'lines') failures.reset();
    this.#held.set(key, {
      run,
      uid,
      previous,
      failures,
      done: answer.is !== 'trouble',
      dueAt: performance.now() + Math.max(waitMs, answer.is === 'trouble' ? answer.retryAfterMs : 0),
    });
    sink.upsert(source, 'crashLog', {
      ...{ key, uid, source, namespace, pod, container, restarts },
      lines: answer.is === 'lines' ? answer.lines : [],
      problem: problemOf(answer),
      fetchedAt: clock(),
    });
  }

  /** As fresh as the pods are: where nothing crashed there is nothing to fetch, and that is known as well as they are. */
  #tell({ fresh, freshAt }: PodsSeen): void {
    const { sink, gate, connection } = this.#options;
    const unseen: SourceState = this.#wasSynced ? 'stale' : 'syncing';
    if (!gate.open) return sink.state(source, unseen, gate.reason);
    if (this.#refusal !== null && this.#isWanted(this.#refusal)) {
      return sink.state(source, this.#refusal.state, this.#refusal.reason);
    }
    if (!fresh || freshAt === null) return sink.state(source, unseen, 'pods are not seen');
    if (!this.#answered && !this.#wasSynced) return;
    this.#wasSynced = true;
    sink.state(source, 'synced');
    sink.fresh(source, freshAt, connection.transport.staleAfterMs);
  }

  /** A right that is missing stays so; that there was no answer matters only as long as one is wanted. */
  #isWanted({ state }: Refusal): boolean {
    if (state === 'forbidden' || !this.#answered) return true;
    return this.#wishes.some((wish) => this.#isMissing(wish, performance.now()));
  }
}

function problemOf(answer: CrashLogAnswer): string {
  if (answer.is === 'lines') return '';
  return answer.is === 'none' ? answer.why : `the log cannot be had now: ${answer.reason}`;
}
