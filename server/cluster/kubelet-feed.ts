import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import type { SourceState } from '#shared/source.ts';
import { askKubelet, type KubeletAnswer, type KubeletManner, type KubeletPlace } from './ask-kubelet.ts';
import { backOff, type BackOff } from './back-off.ts';
import type { Connection } from './connection.ts';
import type { KubeletLimits } from './kubelet-limits.ts';
import { sourceOfNode, type KubeletQuestion } from './kubelet-question.ts';
import type { KubeletTrouble } from './kubelet-trouble.ts';
import type { ReadinessGate } from './readiness-gate.ts';

/** A node as far as its kubelet is asked. */
export interface KubeletTarget {
  node: string;
  /** Of the node: another one is another machine. */
  uid: string;
  /** Null where the node names no internal address. */
  host: string | null;
  port: number;
  /** The API says so. */
  ready: boolean;
  /** Another text after all that makes it worth to ask before the next turn. */
  start: string;
  /** When it last showed that it has begun anew (epoch ms), 0 if never. */
  signAt: number;
}

/** What all kubelets share. */
export interface KubeletFeedParts<K extends FactKind> {
  question: KubeletQuestion<K>;
  connection: Connection;
  sink: SourceSink;
  gate: ReadinessGate;
  /** Epoch ms. */
  clock: () => number;
  limits: KubeletLimits;
  manner: KubeletManner;
  /** What the kubelet said of our right: null while it says neither. */
  onRight(node: string, refusal: string | null): void;
}

/** What is wrong, to be told once what was seen is old. */
interface Told {
  state: SourceState;
  reason: string;
}

/** The source of one node, such as `kubelet/nuc0`: asks when it is told to, and tells how it stands. */
export class KubeletFeed<K extends FactKind> {
  readonly source: string;
  readonly #parts: KubeletFeedParts<K>;
  readonly #stopped = new AbortController();
  readonly #failures: BackOff;
  #target: KubeletTarget;
  #asking = false;
  /** Wanted anew while a question was on its way, whatever came of that one, or only if it failed. */
  #wanted: 'anew' | 'if-failed' | null = null;
  /** What was told last. */
  #fact: FactTypes[K] | null = null;
  /** So often it is asked again soon, since it may only just have started. */
  #soonLeft: number;
  /** Epoch ms of the last good answer. */
  #seenAt: number | null = null;
  #trouble: Told | null = null;
  /** Monotonic ms. */
  dueAt = 0;

  constructor(target: KubeletTarget, parts: KubeletFeedParts<K>) {
    const { sink, limits, question } = parts;
    this.#target = target;
    this.#parts = parts;
    this.#failures = backOff(limits.backOff, Math.random);
    this.#soonLeft = limits.soonTimes;
    this.source = sourceOfNode(question, target.node);
    sink.declare({ name: this.source, role: 'feed', staleAfterMs: limits.staleAfterMs, kinds: [question.kind] });
    sink.state(this.source, 'syncing');
  }

  get asking(): boolean {
    return this.#asking;
  }

  /** True if the last answer was no good. */
  get troubled(): boolean {
    return this.#trouble !== null;
  }

  get uid(): string {
    return this.#target.uid;
  }

  /** What the API says of the node now. One that is ready again, to be found elsewhere or begun anew is asked at once. */
  follow(target: KubeletTarget): void {
    const { host, port, ready, start, signAt } = this.#target;
    // Events are forgotten after an hour: an older sign than before is no sign.
    this.#target = { ...target, signAt: Math.max(target.signAt, signAt) };
    if ((target.ready && !ready) || target.host !== host || target.port !== port) this.hurry();
    if (target.start !== start || target.signAt > signAt) this.#askAnew();
  }

  hurry(): void {
    this.#failures.reset();
    if (this.troubled) this.dueAt = 0;
    if (this.#asking) this.#wanted ??= 'if-failed';
  }

  #askAnew(): void {
    this.#failures.reset();
    this.#soonLeft = this.#parts.limits.soonTimes;
    this.dueAt = 0;
    if (this.#asking) this.#wanted = 'anew';
  }

  /** Asks once. `nextAt`: the monotonic ms of its next turn where all is well. */
  async ask(nextAt: (now: number) => number): Promise<void> {
    const { host, node } = this.#target;
    this.#asking = true;
    this.#wanted = null;
    const answer = host === null ? noAddress(node) : await this.#answer({ ...this.#target, host });
    this.#asking = false;
    if (this.#stopped.signal.aborted) return;
    if (answer.is === 'told') {
      this.dueAt = this.#wanted === 'anew' ? 0 : this.#turnAfter(answer.fact, nextAt);
      this.#take(answer.fact);
    } else {
      this.dueAt = this.#wanted === null ? performance.now() + this.#waitMs(answer) : 0;
      this.#heed(answer);
    }
  }

  /** Whoever has only just started is asked soon again: until it tells something, and once more, since it may not have told all. */
  #turnAfter(fact: FactTypes[K] | null, nextAt: (now: number) => number): number {
    const now = performance.now();
    const turn = nextAt(now);
    if (this.#soonLeft === 0) return turn;
    this.#soonLeft = fact === null ? this.#soonLeft - 1 : 0;
    return Math.min(turn, now + this.#parts.limits.soonMs);
  }

  /** What was seen and is old now is told as not seen. */
  look(): void {
    const { sink, clock, limits } = this.#parts;
    if (this.#trouble === null) return;
    const ageMs = this.#seenAt === null ? Infinity : clock() - this.#seenAt;
    // A clock that was set back must not make it younger.
    if (ageMs > limits.staleAfterMs || ageMs < 0) sink.state(this.source, this.#trouble.state, this.#trouble.reason);
  }

  /** Ends its request. The facts stay in the sink. */
  stop(): void {
    this.#stopped.abort();
    this.#parts.connection.kubelets.forget(this.#target.node);
  }

  /** Ends, and leaves nothing behind. */
  drop(): void {
    this.stop();
    this.#parts.sink.drop(this.source);
  }

  async #answer({ node, host, port }: KubeletPlace): Promise<KubeletAnswer<K>> {
    const { connection, question, manner, limits, gate, clock } = this.#parts;
    const { signal: stop } = this.#stopped;
    const asking = { askedAt: clock(), before: this.#fact };
    const options = { connection, question, manner, limits, asking, stop, mayRenew: gate.open };
    try {
      return await askKubelet({ node, host, port }, options);
    } catch (error) {
      // A bug of ours: it must neither end the feed for good nor harm others.
      const message = error instanceof Error ? error.message : String(error);
      return { is: 'trouble', state: 'failing', reason: `internal error: ${message}`, said: '' };
    }
  }

  #take(fact: FactTypes[K] | null): void {
    const { sink, clock, limits, question, onRight } = this.#parts;
    const { node } = this.#target;
    this.#failures.reset();
    this.#trouble = null;
    this.#seenAt = clock();
    if (fact !== null) sink.upsert(this.source, question.kind, fact);
    // What was told stands until it is sure that it is told no more.
    else if (this.#soonLeft === 0 && this.#fact !== null) sink.remove(this.source, question.kind, this.#fact.key);
    if (fact !== null || this.#soonLeft === 0) this.#fact = fact;
    sink.state(this.source, 'synced');
    sink.fresh(this.source, this.#seenAt, limits.staleAfterMs);
    onRight(node, null);
  }

  #heed(answer: KubeletTrouble): void {
    const { gate, sink, onRight } = this.#parts;
    const { node } = this.#target;
    const refused = answer.said !== '' && answer.state !== 'unreachable';
    if (refused && !gate.open) {
      // A kubelet asks the API who we are and what we may: what it says now is not about us.
      const reason = `the kubelet of ${node} refuses us while the API is in trouble: ${gate.reason}`;
      this.#trouble = { state: 'unauthorized', reason };
    } else {
      this.#trouble = { state: answer.state, reason: answer.reason };
      if (answer.state === 'forbidden') onRight(node, answer.said);
      // An answer about us holds at once; that there is none may be a restart, and what was seen is believed while young.
      if (['forbidden', 'unauthorized', 'untrusted'].includes(answer.state))
        sink.state(this.source, answer.state, answer.reason);
    }
    this.look();
  }

  #waitMs({ state }: KubeletTrouble): number {
    const waitMs = this.#failures.next(performance.now());
    return state === 'forbidden' ? Math.max(waitMs, this.#parts.limits.forbiddenMs) : waitMs;
  }
}

function noAddress(node: string): { is: 'trouble' } & KubeletTrouble {
  return { is: 'trouble', state: 'unreachable', reason: `the node ${node} names no internal address`, said: '' };
}
