/** Milliseconds that only go forward and know nothing of the browser's date, which may be wrong. */
export type Monotonic = () => number;

/**
 * How finely `now` goes, in ms: in steps as long as heartbeats are apart. Every step draws the ages anew; a step of one
 * second keeps a Raspberry Pi at work for 3 % of its time with nothing happening.
 */
const stepMs = 5_000;

/**
 * The server's clock, in epoch ms: the last `at` it sent plus what has passed here since. Null before the first.
 * It goes on while there is no contact.
 */
export class Clock {
  /** What ages are told by: the time in steps, never ahead of it. */
  now = $state<number | null>(null);
  #offset: number | null = null;
  readonly #monotonic: Monotonic;

  constructor(monotonic: Monotonic = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Takes the server's time, said just now. */
  sync(at: number): void {
    this.#offset = at - this.#monotonic();
    this.tick();
  }

  /** Moves `now` on; call it every second. */
  tick(): void {
    const time = this.time();
    if (time !== null) this.now = Math.floor(time / stepMs) * stepMs;
  }

  /** The time to the millisecond; null before the first. */
  time(): number | null {
    return this.#offset === null ? null : this.#offset + this.#monotonic();
  }
}
