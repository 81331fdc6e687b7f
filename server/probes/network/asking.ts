import type { Phases } from '#server/cluster/network.ts';
import { NetworkFailure } from './network-failure.ts';

/** Something open that belongs to one asking: a socket, a resolver. */
export interface Held {
  destroy(): unknown;
}

// What Node's timers can count.
const mostMs = 2 ** 31 - 1;

/** One asking from its beginning to its end: its one limit over all that it does, its phases, and whatever it holds open. */
export class Asking {
  readonly phases: Omit<Phases, 'wholeMs'> = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };
  readonly #limitMs: number;
  readonly #begunAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #held = new Set<Held>();
  #stop: ((why: NetworkFailure | null) => void) | null = null;
  /** Undefined while it runs; null once its time is up. */
  #over: NetworkFailure | null | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs >= 1 ? Math.min(limitMs, mostMs) : 1;
    this.#timer = setTimeout(() => this.#finish(null), this.#limitMs).unref();
  }

  /** The promise, or what `late` says or gives as soon as the time is up; then nobody waits for the promise any more. */
  within<T>(promise: Promise<T>, late: (within: string) => NetworkFailure | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#stop = (why) => {
        const instead = why ?? late(this.#within());
        if (instead instanceof NetworkFailure) reject(instead);
        else resolve(instead);
      };
      promise.then(resolve, reject);
      if (this.#over !== undefined) this.#stop(this.#over);
    });
  }

  /** Destroys it when this asking ends, if nobody has before. */
  hold<T extends Held>(held: T): T {
    this.#held.add(held);
    return held;
  }

  /** Somebody else destroys it. */
  release(held: Held): void {
    this.#held.delete(held);
  }

  /** Destroys what is held so far: the next hop begins anew. */
  letGo(): void {
    this.#destroyHeld();
    Object.assign(this.phases, { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null });
  }

  leftMs(): number {
    return Math.max(1, this.#limitMs - this.#wholeMs());
  }

  /** The phases of the last connection and the time of all. */
  taken(): Phases {
    return { ...this.phases, wholeMs: this.#wholeMs() };
  }

  /** Nobody wants it any more, since the wall ends. */
  giveUp(): void {
    this.#finish(new NetworkFailure('unexpected', 'the asking was given up, since the wall ends'));
  }

  /** Nothing of it is left open afterwards. */
  end(): void {
    clearTimeout(this.#timer);
    this.#destroyHeld();
  }

  #destroyHeld(): void {
    for (const held of this.#held) held.destroy();
    this.#held.clear();
  }

  #finish(why: NetworkFailure | null): void {
    this.#over = why;
    this.#stop?.(why);
  }

  #within(): string {
    return `within ${Math.round(this.#limitMs / 100) / 10} s`;
  }

  #wholeMs(): number {
    return Math.round((performance.now() - this.#begunAt) * 10) / 10;
  }
}

/** Milliseconds since `at` of `performance.now()`, to a tenth. */
export function msSince(at: number): number {
  return Math.round((performance.now() - at) * 10) / 10;
}
