/** Milliseconds that only go forward and know nothing of the browser's date, which may be wrong. */
export type Monotonic = () => number;

/**
 * The server's clock, in epoch ms: the last `at` it sent plus what has passed here since. Null before the first.
 * It goes on while there is no contact.
 */
export class Clock {
  now = $state<number | null>(null);
  #offset: number | null = null;
  readonly #monotonic: Monotonic;

  constructor(monotonic: Monotonic = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Takes the server's time, said just now. */
  sync(at: number): void {
    this.#offset = at - this.#monotonic();
    this.now = at;
  }

  /** Moves `now` on; call it every second. */
  tick(): void {
    if (this.#offset !== null) this.now = this.#offset + this.#monotonic();
  }
}
