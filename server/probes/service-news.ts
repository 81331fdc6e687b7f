import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { sameBut } from './noteworthy.ts';

/** What changes from probe to probe and is nobody's business at once. */
const unremarkable = [
  ...(['askedAt', 'upAt', 'phases', 'misses', 'slowProbes', 'address'] as const),
  ...(['status', 'server', 'title', 'message'] as const),
];

/**
 * Tells the store what is known of services: what matters at once, and all else that has gathered along with it, or after
 * `tellMs` in one go. Each telling wakes the engine.
 */
export class ServiceNews {
  readonly #sink: SourceSink;
  readonly #source: string;
  readonly #tellMs: number;
  readonly #told = new Map<string, ServiceProbeFact>();
  readonly #waiting = new Map<string, ServiceProbeFact>();
  #timer: NodeJS.Timeout | null = null;

  constructor(sink: SourceSink, source: string, tellMs: number) {
    this.#sink = sink;
    this.#source = source;
    this.#tellMs = tellMs;
  }

  tell(fact: ServiceProbeFact): void {
    this.#waiting.set(fact.key, fact);
    const told = this.#told.get(fact.key);
    if (told === undefined || !sameBut(told, fact, ...unremarkable)) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#tellMs).unref();
  }

  /** Nothing of it is true any more. */
  forget(key: string): void {
    this.#waiting.delete(key);
    if (this.#told.delete(key)) this.#sink.remove(this.#source, 'serviceProbe', key);
  }

  flush(): void {
    this.stop();
    for (const [key, fact] of this.#waiting) {
      this.#told.set(key, fact);
      this.#sink.upsert(this.#source, 'serviceProbe', fact);
    }
    this.#waiting.clear();
  }

  /** What waits is told no more, unless something else is. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
