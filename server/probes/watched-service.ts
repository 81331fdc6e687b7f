import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { sameFact } from '#server/store/same-fact.ts';
import type { Judged } from './judged.ts';
import { placeOf } from './place-in-round.ts';
import { missesThatCount, type ServiceLimits } from './service-limits.ts';
import { nextServiceState, type ServiceState } from './service-state.ts';
import type { WantedService } from './wanted-service.ts';

// Two probes of one service may follow each other as soon as that: after the first one, which is at once, its place in the round may be near.
const closest = 0.1;

/** One service that is probed again and again: what is wanted of it, what is known of it, and when it is due. */
export class WatchedService {
  /** By `performance.now()`, so that a clock that is set changes nothing. */
  dueAt = 0;
  asking = false;
  #wanted: WantedService;
  #state: ServiceState | null = null;
  /** What is told of it: by what was wanted when its outcome was found. */
  #known: { wanted: WantedService; state: ServiceState & { outcome: ServiceProbeFact['outcome'] } } | null = null;
  /** Of the probe under way: its answer counts only if the same is still asked. */
  #asked: WantedService['asks'] | null = null;

  constructor(wanted: WantedService) {
    this.#wanted = wanted;
  }

  get wanted(): WantedService {
    return this.#wanted;
  }

  /** True while it was neither up nor missed twice. */
  get isNew(): boolean {
    return this.#known === null;
  }

  /** True if it missed: as a rule it takes the whole limit to say nothing. */
  get troubled(): boolean {
    return this.misses > 0;
  }

  get misses(): number {
    return this.#state?.misses ?? 0;
  }

  /**
   * What is wanted of it now. If something else is asked it is due at once, and what is known stays what was told of it before
   * until the new asking has come to something. Returns true if there is something to tell by now.
   */
  follow(wanted: WantedService): boolean {
    if (wanted === this.#wanted || sameFact(wanted, this.#wanted)) return false;
    const isSame = sameFact(wanted.asks, this.#wanted.asks);
    this.#wanted = wanted;
    if (!isSame) this.#state = null;
    this.dueAt = isSame ? Math.min(this.dueAt, performance.now() + wanted.everyMs) : 0;
    if (!isSame || this.#known === null) return false;
    this.#known = { ...this.#known, wanted };
    return true;
  }

  begin(): void {
    this.asking = true;
    this.dueAt = Infinity;
    this.#asked = this.#wanted.asks;
  }

  /** Takes up what came of it, unless something else is asked by now. `askedAt` in epoch ms. */
  end(judged: Judged, askedAt: number, limits: ServiceLimits): void {
    this.asking = false;
    const wanted = this.#wanted;
    if (!sameFact(this.#asked, wanted.asks)) {
      this.dueAt = 0;
      return;
    }
    const state = nextServiceState(this.#state, askedAt, judged, wanted.slowMs);
    this.#state = state;
    const { outcome } = state;
    if (outcome !== null) this.#known = { wanted, state: { ...state, outcome } };
    this.dueAt = this.#nextAt(state.misses, limits);
  }

  /** All that is known of it; null before its first outcome. */
  fact(source: string): ServiceProbeFact | null {
    if (this.#known === null) return null;
    const { everyMs: _every, timeoutMs: _timeout, asks: _asks, ...wanted } = this.#known.wanted;
    const { row: _row, missedSince: _since, ...state } = this.#known.state;
    return { ...wanted, ...state, uid: wanted.key, source };
  }

  #nextAt(misses: number, { againMs, everyDownMs }: ServiceLimits): number {
    const now = performance.now();
    const { key, everyMs } = this.#wanted;
    if (misses > 0) return now + Math.min(everyMs, misses < missesThatCount ? againMs : everyDownMs);
    const earliest = now + closest * everyMs;
    return earliest + ((((placeOf(key) * everyMs - earliest) % everyMs) + everyMs) % everyMs);
  }
}
