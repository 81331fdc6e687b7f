import type { HistoryAnswer } from '#shared/history.ts';
import { rangeMs, type RangeName } from '#web/parts/chart-range.ts';
import type { Charted } from '#web/parts/charted.ts';
import type { Mark } from '#web/parts/moment-marks.ts';
import { askHistory, type Answer } from './doors.ts';
import { Followed } from './followed.svelte.ts';

/** A wall that has not measured for long shows the last hour, in which a few minutes can be seen. */
const hourMs = 3_600_000;
const hourPoints = 240;
const fewPoints = 20;

/** What a series is asked with: the time (epoch ms), and how many points there is room for. */
interface SeriesAsk {
  now: () => number;
  points: () => number;
}

/** A history and the time that it is of. */
interface Answered {
  history: HistoryAnswer;
  from: number;
  to: number;
}

/** One series over the range of the moment. */
export class ChartedSeries implements Charted {
  readonly series: string;
  readonly #ask: SeriesAsk;
  readonly #marksOf: (series: string) => readonly Mark[];
  #range = $state<RangeName>('24h');
  #followed = $state.raw<Followed<Answered> | null>(null);
  /** What was shown before another range was chosen, until that comes. */
  #before = $state.raw<Answered | null>(null);
  readonly marks = $derived.by(() => this.#marksOf(this.series));

  constructor(series: string, ask: SeriesAsk, marksOf: (series: string) => readonly Mark[]) {
    this.series = series;
    this.#ask = ask;
    this.#marksOf = marksOf;
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
    this.#followed = new Followed(() => this.#answer(range));
  }

  /** Asks again. */
  refresh(): void {
    this.#followed?.refresh();
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#followed?.leave();
    this.#followed = null;
    this.#before = null;
  }

  async #answer(range: RangeName): Promise<Answer<Answered>> {
    const now = this.#ask.now();
    const whole = await this.#over(now - rangeMs[range], now, this.#ask.points());
    if (!whole.ok || rangeMs[range] > rangeMs['24h']) return whole;
    const few = whole.value.history.points.filter(([, , average]) => average !== null).length < fewPoints;
    return few ? this.#over(now - hourMs, now, hourPoints) : whole;
  }

  async #over(from: number, to: number, points: number): Promise<Answer<Answered>> {
    const answer = await askHistory(this.series, from, to, points);
    return answer.ok ? { ok: true, value: { history: answer.value, from, to } } : answer;
  }
}
