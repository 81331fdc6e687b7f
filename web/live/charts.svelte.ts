import { untrack } from 'svelte';

import type { Moment } from '#shared/history.ts';
import { rangeMs, type RangeName } from '#web/parts/chart-range.ts';
import type { Charted } from '#web/parts/charted.ts';
import { momentMarks, type Mark } from '#web/parts/moment-marks.ts';
import { ChartedSeries } from './charted-series.svelte.ts';
import { askMoments } from './doors.ts';
import { Followed } from './followed.svelte.ts';

const refreshMs = 60_000;
/** A finding is told when it has held for so long at most after it began. */
const sameMs = 10 * 60_000;
/** What charts are asked with; tests say otherwise. */
export interface ChartsAsk {
  /** Epoch ms. */
  now: () => number;
  /** How many points a chart has pixels for. */
  points?: () => number;
  /** False while nobody can see the page. */
  visible?: () => boolean;
}

/** The series that a page shows at present, over one range. Asked for again every minute while they are shown. */
export class Charts {
  #shown = $state.raw<ChartedSeries[]>([]);
  #moments = $state.raw<Followed<Moment[]> | null>(null);
  /** What the page itself speaks of: the begin of a finding. */
  #here = $state.raw<readonly Mark[]>([]);
  #range: RangeName | null = null;
  #askedAt = -Infinity;
  readonly #ask: Required<ChartsAsk>;

  constructor({ now, points = pointsOfScreen, visible = isVisible }: ChartsAsk) {
    this.#ask = { now, points, visible };
  }

  /** The series asked for with their answers, in their order: the same objects as long as they are shown. */
  list(): readonly Charted[] {
    return this.#shown;
  }

  /** Shows these series over this range; call it again and again, and it asks for them every minute. No series: asks nothing. */
  follow(names: readonly string[], range: RangeName = '24h', here: readonly Mark[] = []): void {
    const now = this.#ask.now();
    untrack(() => this.#follow([...new Set(names)], range, here, now));
  }

  /** Nobody looks any more: nothing is asked, what is on its way is for nobody. */
  leave(): void {
    this.follow([]);
  }

  #follow(wanted: readonly string[], range: RangeName, here: readonly Mark[], now: number): void {
    if (JSON.stringify(here) !== JSON.stringify(this.#here)) this.#here = here;
    const changed = range !== this.#range || wanted.join() !== this.#shown.map(({ series }) => series).join();
    if (changed) this.#show(wanted, range);
    if (wanted.length === 0 || !this.#ask.visible()) return;
    if (!changed && now - this.#askedAt < refreshMs) return;
    this.#askedAt = now;
    this.#moments?.refresh();
    for (const one of this.#shown) one.refresh();
  }

  #show(wanted: readonly string[], range: RangeName): void {
    const before = new Map(this.#shown.map((one) => [one.series, one]));
    const other = range !== this.#range;
    this.#range = range;
    this.#shown = wanted.map((series) => before.get(series) ?? new ChartedSeries(series, this.#ask, this.#marks));
    for (const one of this.#shown) one.over(range);
    for (const one of before.values()) if (!this.#shown.includes(one)) one.leave();
    // What was asked over another range must not come after what is asked now: it is nobody's answer.
    if (!other && wanted.length > 0 && this.#moments !== null) return;
    this.#moments?.leave();
    this.#moments = wanted.length === 0 ? null : this.#followedMoments(range);
  }

  readonly #marks = (series: string): readonly Mark[] => {
    const moments = momentMarks(this.#moments?.value ?? [], series);
    // What the page speaks of is not told twice.
    const told = ({ at, begin }: Mark) => begin && this.#here.some((mark) => Math.abs(mark.at - at) < sameMs);
    return [...moments.filter((mark) => !told(mark)), ...this.#here].toSorted((a, b) => a.at - b.at);
  };

  #followedMoments(range: RangeName): Followed<Moment[]> {
    return new Followed(async () => {
      const now = this.#ask.now();
      const answer = await askMoments(now - rangeMs[range], now);
      return answer.ok ? { ok: true, value: answer.value.moments } : answer;
    });
  }
}

/** How many points there is room for: half as many as a phone has pixels, more than three on a large wall are not seen apart. */
function pointsOfScreen(): number {
  if (innerWidth < 700) return 180;
  return innerWidth < 1_400 ? 288 : 480;
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
