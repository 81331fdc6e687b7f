import { untrack } from 'svelte';

import type { Moment, PastFinding } from '#shared/history.ts';
import { afterPaint } from '#web/parts/after-paint.ts';
import { rangeMs, type RangeName } from '#web/parts/chart-range.ts';
import { spansOf } from '#web/parts/chart-spans.ts';
import type { Charted } from '#web/parts/charted.ts';
import { momentMarks, type Mark } from '#web/parts/moment-marks.ts';
import type { Answered } from './ask-charted.ts';
import { ChartedSeries, type Around } from './charted-series.svelte.ts';
import { askMoments, type Answer } from './doors.ts';
import { Followed } from './followed.svelte.ts';
import { pointsOfScreen } from './screen.ts';

const refreshMs = 60_000;
/** A finding is told when it has held for so long at most after it began. */
const sameMs = 10 * 60_000;
const none: readonly PastFinding[] = [];
/** Longer than this nothing waits for the first chart. */
const firstMs = 500;

/** What charts are asked with; tests say otherwise. */
export interface ChartsAsk {
  /** Epoch ms. */
  now: () => number;
  /** How many points a chart has pixels for. */
  points?: () => number;
  /** False while nobody can see the page. */
  visible?: () => boolean;
  /** An answer that is on its way already, null if there is none. */
  ahead?: (series: string, range: RangeName) => Promise<Answer<Answered>> | null;
}

/** The series that a page shows at present, over one range. Asked for again every minute while they are shown. */
export class Charts {
  #shown = $state.raw<ChartedSeries[]>([]);
  #moments = $state.raw<Followed<Moment[]> | null>(null);
  /** What the page itself speaks of: the begin of a finding. */
  #here = $state.raw<readonly Mark[]>([]);
  /** What was wrong in the time that is told of. */
  #episodes = $state.raw<readonly PastFinding[]>([]);
  #range: RangeName | null = null;
  #askedAt = -Infinity;
  #momentsAsked = false;
  /** What is asked for once the first chart has its answer. */
  #waits: (() => void) | null = null;
  readonly #ask: Required<ChartsAsk>;

  constructor({ now, points = pointsOfScreen, visible = isVisible, ahead = () => null }: ChartsAsk) {
    this.#ask = { now, points, visible, ahead };
  }

  /** The series asked for with their answers, in their order: the same objects as long as they are shown. */
  list(): readonly Charted[] {
    return this.#shown;
  }

  /** Shows these series over this range; call it again and again, and it asks for them every minute. No series: asks nothing. */
  follow(
    names: readonly string[],
    range: RangeName = '24h',
    here: readonly Mark[] = [],
    episodes: readonly PastFinding[] = none,
  ): void {
    const now = this.#ask.now();
    untrack(() => {
      if (episodes.length + this.#episodes.length > 0) this.#episodes = episodes;
      this.#follow([...new Set(names)], range, here, now);
    });
  }

  /** Nobody looks any more: nothing is asked, what is on its way is for nobody. */
  leave(): void {
    this.follow([]);
  }

  #follow(wanted: readonly string[], range: RangeName, here: readonly Mark[], now: number): void {
    if (JSON.stringify(here) !== JSON.stringify(this.#here)) this.#here = here;
    if (range !== this.#range || wanted.length === 0) this.#askedAt = -Infinity;
    if (range !== this.#range || wanted.join() !== this.#shown.map(({ series }) => series).join()) {
      this.#show(wanted, range);
    }
    if (wanted.length === 0 || !this.#ask.visible()) return;
    if (now - this.#askedAt >= refreshMs) {
      this.#askedAt = now;
      this.#askInTurn(this.#shown, true);
    } else {
      const added = this.#shown.filter(({ asked }) => !asked);
      if (added.length > 0 && this.#waits === null) this.#askInTurn(added, !this.#momentsAsked);
    }
  }

  /** The first chart that has nothing to draw has the machine for itself: on a slow one every answer takes its time. */
  #askInTurn(wanted: readonly ChartedSeries[], moments: boolean): void {
    const first = wanted.find(({ asked }) => !asked);
    const others = wanted.filter((one) => one !== first);
    const askOthers = () => {
      clearTimeout(limit);
      if (this.#waits !== askOthers) return;
      this.#waits = null;
      for (const one of others) one.refresh();
      if (!moments) return;
      this.#momentsAsked = true;
      this.#moments?.refresh();
    };
    this.#waits = askOthers;
    const limit = setTimeout(askOthers, firstMs);
    if (first === undefined) askOthers();
    else first.refresh(() => afterPaint(askOthers));
  }

  #show(wanted: readonly string[], range: RangeName): void {
    const before = new Map(this.#shown.map((one) => [one.series, one]));
    const other = range !== this.#range;
    this.#range = range;
    // Whoever has not been asked for by now is asked for anew, if still wanted.
    this.#waits = null;
    this.#shown = wanted.map((series) => before.get(series) ?? new ChartedSeries(series, this.#ask, this.#around));
    for (const one of this.#shown) one.over(range);
    for (const one of before.values()) if (!this.#shown.includes(one)) one.leave();
    // What was asked over another range must not come after what is asked now: it is nobody's answer.
    if (!other && wanted.length > 0 && this.#moments !== null) return;
    this.#moments?.leave();
    this.#momentsAsked = false;
    this.#moments = wanted.length === 0 ? null : this.#followedMoments(range);
  }

  readonly #around: Around = {
    marks: (series) => this.#marks(series),
    spans: (series) => spansOf(this.#episodes, series),
  };

  #marks(series: string): readonly Mark[] {
    const moments = momentMarks(this.#moments?.value ?? [], series);
    // What the page speaks of is not told twice.
    const told = ({ at, begin }: Mark) => begin && this.#here.some((mark) => Math.abs(mark.at - at) < sameMs);
    return [...moments.filter((mark) => !told(mark)), ...this.#here].toSorted((a, b) => a.at - b.at);
  }

  #followedMoments(range: RangeName): Followed<Moment[]> {
    return new Followed(async () => {
      const now = this.#ask.now();
      const answer = await askMoments(now - rangeMs[range], now);
      return answer.ok ? { ok: true, value: answer.value.moments } : answer;
    });
  }
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
