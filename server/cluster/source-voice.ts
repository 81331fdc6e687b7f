import type { SourceSink } from '#server/store/source-sink.ts';
import type { SourceState } from '#shared/source.ts';
import { backOff, type BackOff } from './back-off.ts';
import type { ListWatchLimits } from './list-watch-limits.ts';
import type { Transport } from './transport.ts';
import type { Trouble } from './trouble.ts';

/** Signs of life come with every byte; the sink need not hear of each. */
const freshEveryMs = 250;
/**
 * An API server that has only just started refuses everybody until it knows its roles: only what is refused so many
 * times in a row is forbidden, where it had been seen before.
 */
const refusalsInDoubt = 3;

/** What a voice speaks for. */
export interface SourceVoiceOptions {
  source: string;
  sink: SourceSink;
  limits: ListWatchLimits;
  /** How long its stream may be believed: known only once the server has said which protocol it speaks. */
  transport: Pick<Transport, 'staleAfterMs'>;
  /** Told whenever the API has let us watch, or has not and why. May be told the same again. */
  onRight(granted: boolean, message: string): void;
}

/** Tells the sink how one source stands, and how long to wait after what went wrong. Begins as `syncing`. */
export class SourceVoice {
  readonly #options: SourceVoiceOptions;
  readonly #failures: BackOff;
  /** Whole states that had to be had anew, counted apart: after an outage the first must not wait as for one failure more. */
  readonly #anew: BackOff;
  #state: SourceState = 'syncing';
  #seenBefore = false;
  #freshAt = -Infinity;
  /** Monotonic ms at which what was seen before was there no more. */
  #vanishedAt: number | null = null;
  /** Streams in a row that ended badly before they were well. */
  #unwell = 0;
  /** Refusals in a row. */
  #refused = 0;

  constructor(options: SourceVoiceOptions) {
    this.#options = options;
    this.#failures = backOff(options.limits.backOff, Math.random);
    this.#anew = backOff(options.limits.backOff, Math.random);
    options.sink.state(options.source, 'syncing');
  }

  /** Its data are whole, and true as of `at` (epoch ms). */
  synced(at: number): void {
    this.#seenBefore = true;
    this.#unwell = 0;
    if (this.#state !== 'synced') this.#to('synced');
    this.alive(at);
  }

  /** The stream on which it lives showed life at `at` (epoch ms). */
  alive(at: number): void {
    // A clock that was set back must not silence it until it has caught up.
    if (Math.abs(at - this.#freshAt) < freshEveryMs) return;
    this.#freshAt = at;
    const { sink, source, transport } = this.#options;
    sink.fresh(source, at, transport.staleAfterMs);
  }

  /** The API let us watch. */
  granted(): void {
    this.#refused = 0;
    this.#options.onRight(true, '');
  }

  /** An attempt is to be made, but the gate is closed for this reason. */
  waiting(reason: string): void {
    if (this.#state === 'synced' || this.#state === 'stale') this.#to('stale', reason);
    else if (this.#state === 'syncing') this.#to('syncing', reason);
  }

  /** The API is back, or the credentials are others: earlier failures do not count. */
  reopened(): void {
    this.#failures.reset();
    this.#anew.reset();
  }

  /** A stream ended in good order: no failure. */
  closed(): void {
    this.#options.sink.restarted(this.#options.source, 'closed by server');
  }

  /** An attempt failed; `wasWell` if it was a stream that had been well until then. Returns how long to wait, ms. */
  failed(trouble: Trouble, wasWell: boolean): number {
    const { kind, reason } = trouble;
    if (kind === 'stopped') return 0;
    this.#options.sink.restarted(this.#options.source, trouble.restart);
    switch (kind) {
      case 'sooner':
        this.reopened();
        return 0;
      case 'no-watch-list':
      case 'no-initial-end':
        return 0;
      case 'expired':
      case 'version-too-large':
        return this.#outOfStep(trouble);
      case 'forbidden':
        return this.#forbidden(trouble);
      case 'absent':
        return this.#absent(reason);
      case 'broken':
      case 'silent':
        this.#streamFailed(trouble, wasWell);
        return this.#wait(trouble);
      case 'unauthorized':
      case 'unreachable':
      case 'untrusted':
      case 'failing':
        this.#to(kind, reason);
        return this.#wait(trouble);
    }
  }

  #to(state: SourceState, reason?: string): void {
    this.#state = state;
    this.#options.sink.state(this.#options.source, state, reason);
  }

  #wait({ retryAfterMs }: Trouble): number {
    const backOffMs = this.#failures.next(performance.now());
    return Math.max(backOffMs, Math.min(retryAfterMs, this.#options.limits.retryAfterMostMs));
  }

  /** Once is ordinary: begin anew at once. Again so soon is not. */
  #outOfStep(trouble: Trouble): number {
    const isFirst = this.#anew.failures(performance.now()) === 0;
    const waitMs = this.#anew.next(performance.now());
    if (isFirst) return 0;
    this.#to('failing', trouble.reason);
    return waitMs;
  }

  #forbidden(trouble: Trouble): number {
    const { reason } = trouble;
    const { forbiddenAgainMs, forbiddenMs } = this.#options.limits;
    this.#refused += 1;
    if (this.#seenBefore && this.#refused <= refusalsInDoubt) {
      // There is no stream that could still be believed.
      this.#to('stale', reason);
      return this.#wait(trouble);
    }
    this.#to('forbidden', reason);
    this.#options.onRight(false, reason);
    return this.#seenBefore ? forbiddenAgainMs : forbiddenMs;
  }

  #absent(reason: string): number {
    const { absentAgainMs, absentMs } = this.#options.limits;
    const now = performance.now();
    if (this.#state !== 'absent') this.#vanishedAt = this.#seenBefore ? now : null;
    this.#to('absent', reason);
    // An API server that has only just started may not yet serve what it served before.
    return this.#vanishedAt !== null && now - this.#vanishedAt < absentMs ? absentAgainMs : absentMs;
  }

  /** A stream that broke once says little: the next attempt tells whether something is wrong. */
  #streamFailed({ reason, restart }: Trouble, wasWell: boolean): void {
    this.#unwell = wasWell ? 0 : this.#unwell + 1;
    if (this.#unwell >= 2) this.#to(restart === 'connection lost' ? 'unreachable' : 'failing', reason);
  }
}
