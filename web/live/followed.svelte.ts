import type { Answer } from './doors.ts';

/**
 * The last answer of a door that is asked again and again. An answer is kept while the next is on its way and when the
 * next fails; `trouble` then says why, null while all is well.
 */
export class Followed<T> {
  value = $state.raw<T | null>(null);
  trouble = $state<string | null>(null);
  missing = $state(false);
  readonly #ask: () => Promise<Answer<T>>;
  readonly #pauseMs: number;
  #asking = false;
  #again = false;
  #left = false;

  constructor(ask: () => Promise<Answer<T>>, pauseMs = 2_000) {
    this.#ask = ask;
    this.#pauseMs = pauseMs;
  }

  /** Asks now, or once more after the running question and a pause. */
  refresh(): void {
    if (this.#asking) this.#again = true;
    else void this.#run();
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#left = true;
  }

  async #run(): Promise<void> {
    this.#asking = true;
    do {
      this.#again = false;
      this.#take(await this.#ask());
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    } while (this.#again && !this.#left);
    this.#asking = false;
  }

  #take(answer: Answer<T>): void {
    if (answer.ok) this.value = answer.value;
    this.trouble = answer.ok ? null : answer.sentence;
    this.missing = !answer.ok && answer.missing;
  }
}
