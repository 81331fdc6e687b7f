import type { SourceSink } from '#server/store/source-sink.ts';
import type { SourceState } from '#shared/source.ts';
import { askKubelet, type KubeletAnswer, type KubeletManner, type KubeletPlace } from './ask-kubelet.ts';
import { backOff, type BackOff } from './back-off.ts';
import type { Connection } from './connection.ts';
import type { KubeletLimits } from './kubelet-limits.ts';
import { kubeletSource } from './kubelet-row.ts';
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
}

/** What all kubelets share. */
export interface KubeletFeedParts {
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

/** The source `kubelet/NODE`: asks when it is told to, and tells how it stands. */
export class KubeletFeed {
  readonly source: string;
  readonly #parts: KubeletFeedParts;
  readonly #stopped = new AbortController();
  readonly #failures: BackOff;
  #target: KubeletTarget;
  #asking = false;
  /** Wanted anew while a question was on its way. */
  #hurried = false;
  /** Epoch ms of the last good answer. */
  #seenAt: number | null = null;
  #trouble: Told | null = null;
  /** Monotonic ms. */
  dueAt = 0;

  constructor(target: KubeletTarget, parts: KubeletFeedParts) {
    this.#target = target;
    this.#parts = parts;
    this.#failures = backOff(parts.limits.backOff, Math.random);
    this.source = kubeletSource(target.node);
    const { sink, limits } = parts;
    sink.declare({ name: this.source, role: 'feed', staleAfterMs: limits.staleAfterMs, kinds: ['nodeStats'] });
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

  /** What the API says of the node now. One that is ready again, or is to be found elsewhere, is asked at once. */
  follow(target: KubeletTarget): void {
    const { host, port, ready } = this.#target;
    this.#target = target;
    if ((target.ready && !ready) || target.host !== host || target.port !== port) this.hurry();
  }

  hurry(): void {
    this.#failures.reset();
    if (this.troubled) this.dueAt = 0;
    this.#hurried = this.#asking;
  }

  /** Asks once. `nextAt`: the monotonic ms of its next turn where all is well. */
  async ask(nextAt: (now: number) => number): Promise<void> {
    const { host, node } = this.#target;
    this.#asking = true;
    this.#hurried = false;
    const answer = host === null ? noAddress(node) : await this.#answer({ ...this.#target, host });
    this.#asking = false;
    if (this.#stopped.signal.aborted) return;
    if (answer.is === 'stats') {
      this.dueAt = nextAt(performance.now());
      this.#take(answer);
    } else {
      this.dueAt = this.#hurried ? 0 : performance.now() + this.#waitMs(answer);
      this.#heed(answer);
    }
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

  async #answer({ node, host, port }: KubeletPlace): Promise<KubeletAnswer> {
    const { connection, manner, limits, gate } = this.#parts;
    const { signal: stop } = this.#stopped;
    try {
      return await askKubelet({ node, host, port }, { connection, manner, limits, stop, mayRenew: gate.open });
    } catch (error) {
      // A bug of ours: it must neither end the feed for good nor harm others.
      const message = error instanceof Error ? error.message : String(error);
      return { is: 'trouble', state: 'failing', reason: `internal error: ${message}`, said: '' };
    }
  }

  #take({ fact }: KubeletAnswer & { is: 'stats' }): void {
    const { sink, clock, limits, onRight } = this.#parts;
    this.#failures.reset();
    this.#trouble = null;
    this.#seenAt = clock();
    sink.upsert(this.source, 'nodeStats', fact);
    sink.state(this.source, 'synced');
    sink.fresh(this.source, this.#seenAt, limits.staleAfterMs);
    onRight(fact.node, null);
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

function noAddress(node: string): KubeletAnswer {
  return { is: 'trouble', state: 'unreachable', reason: `the node ${node} names no internal address`, said: '' };
}
