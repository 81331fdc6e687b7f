import type { HistoryAnswer } from '#shared/history.ts';
import type { RangeName } from '#web/parts/chart-range.ts';
import type { Span } from '#web/parts/chart-spans.ts';
import type { Charted } from '#web/parts/charted.ts';
import type { Mark } from '#web/parts/moment-marks.ts';
import { askCharted, type Answered } from './ask-charted.ts';
import type { Answer } from './doors.ts';
import { Followed } from './followed.svelte.ts';

/** What a series is asked with: the time (epoch ms), how many points there is room for, and an answer that is on its way already. */
interface SeriesAsk {
  now: () => number;
  points: () => number;
  ahead: (series: string, range: RangeName) => Promise<Answer<Answered>> | null;
}

/** What is drawn beside what a series measured. */
export interface Around {
  marks: (series: string) => readonly Mark[];
  spans: (series: string) => readonly Span[];
}

/** One series over the range of the moment. */
export class ChartedSeries implements Charted {
  readonly series: string;
  readonly #ask: SeriesAsk;
  readonly #around: Around;
  /** What waits for the answer that is on its way. */
  #then: (() => void) | null = null;
  #asked = false;
  #range = $state<RangeName>('24h');
  #followed = $state.raw<Followed<Answered> | null>(null);
  /** What was shown before another range was chosen, until that comes. */
  #before = $state.raw<Answered | null>(null);
  readonly marks = $derived.by(() => this.#around.marks(this.series));
  readonly spans = $derived.by(() => this.#around.spans(this.series));

  constructor(series: string, ask: SeriesAsk, around: Around) {
    this.series = series;
    this.#ask = ask;
    this.#around = around;
  }

  get #answered(): Answered | null {
    return this.#followed?.value ?? this.#before;
  }
  get range(): RangeName {
    return this.#range;
  }
  get history(): HistoryAnswer | null {
    return this.#answered?.history ?? null;
  }
  get from(): number {
    return this.#answered?.from ?? 0;
  }
  get to(): number {
    return this.#answered?.to ?? 0;
  }
  get trouble(): string | null {
    return this.#followed?.trouble ?? null;
  }
  get missing(): boolean {
    return this.#followed?.missing ?? false;
  }
  get waiting(): boolean {
    return this.#followed?.value === null && this.#before !== null && this.trouble === null;
  }

  /** Shows it over this range. What was asked over another is nobody's answer, however late it comes. */
  over(range: RangeName): void {
    if (this.#followed !== null && range === this.#range) return;
    this.#before = this.#answered;
    this.#followed?.leave();
    this.#range = range;
    this.#asked = false;
    this.#followed = new Followed(() => this.#answer(range));
  }

  /** Whether it was asked for over the range of the moment. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Asks, and again; `then` is called when the answer has come, whatever it says. */
  refresh(then: (() => void) | null = null): void {
    this.#asked = true;
    this.#then = then;
    this.#followed?.refresh();
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#followed?.leave();
    this.#followed = null;
    this.#before = null;
  }

  async #answer(range: RangeName): Promise<Answer<Answered>> {
    const { now, points, ahead } = this.#ask;
    const answer = await (ahead(this.series, range) ?? askCharted(this.series, range, now(), points()));
    if (range === this.#range) {
      this.#then?.();
      this.#then = null;
    }
    return answer;
  }
}
