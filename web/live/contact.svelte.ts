import type { Heartbeat } from '#shared/change.ts';
import type { Clock, Monotonic } from './clock.svelte.ts';

/** No heartbeat for this long is no contact (they come every 5 s). */
export const silenceMs = 10_000;
/** A server that says it last judged longer ago than this is no better than a silent one. */
export const unjudgedMs = 15_000;
/** Silence after which the socket is taken for dead, though nothing has said so, and is made anew. */
export const deadMs = 12_000;
/** A heartbeat this far behind our clock was kept up on the way. */
const lateMs = 10_000;

/** Whether what the page shows is true now. `since` is server time, null if there never was contact. */
export type Contact =
  { state: 'connecting' } | { state: 'live' } | { state: 'lost'; since: number | null; why: 'silent' | 'unjudged' };

/** The page's own watchdog: a dead connection raises no event, so silence is measured. */
export class ContactWatch {
  contact = $state.raw<Contact>({ state: 'connecting' });
  readonly #clock: Clock;
  readonly #monotonic: Monotonic;
  readonly #reconnect: () => void;
  #beat: Heartbeat | null = null;
  #anew = true;
  #heardAt: number;
  #triedAt: number;

  constructor(clock: Clock, reconnect: () => void, monotonic: Monotonic = () => performance.now()) {
    this.#clock = clock;
    this.#reconnect = reconnect;
    this.#monotonic = monotonic;
    this.#heardAt = this.#triedAt = monotonic();
  }

  /** A new connection: the server's clock may have been set, so the next heartbeat is believed whatever it says. */
  connected(): void {
    this.#anew = true;
  }

  /** Takes a heartbeat; false if it was kept up on the way and proves nothing. */
  heard(beat: Heartbeat): boolean {
    const time = this.#clock.time();
    if (!this.#anew && time !== null && beat.at < time - lateMs) return false;
    this.#anew = false;
    this.#clock.sync(beat.at);
    this.#beat = beat;
    this.#heardAt = this.#triedAt = this.#monotonic();
    this.check();
    return true;
  }

  /** The machine slept for an unknown time: what was heard before proves nothing now. */
  slept(): void {
    this.#heardAt = -Infinity;
    this.#triedAt = -Infinity;
    this.check();
  }

  /** Judges the silence; call it every second. */
  check(): void {
    const now = this.#monotonic();
    if (now - this.#triedAt >= deadMs) {
      this.#triedAt = now;
      this.#reconnect();
    }
    const next = this.#judge(now);
    if (!same(this.contact, next)) this.contact = next;
  }

  #judge(now: number): Contact {
    const before = this.contact;
    if (now - this.#heardAt >= silenceMs) {
      const since = before.state === 'lost' ? before.since : (this.#beat?.at ?? null);
      return { state: 'lost', since, why: 'silent' };
    }
    if (this.#beat === null) return before;
    const { at, judgedAt } = this.#beat;
    if (at - judgedAt > unjudgedMs) return { state: 'lost', since: judgedAt, why: 'unjudged' };
    return { state: 'live' };
  }
}

function same(a: Contact, b: Contact): boolean {
  if (a.state !== 'lost' || b.state !== 'lost') return a.state === b.state;
  return a.since === b.since && a.why === b.why;
}
