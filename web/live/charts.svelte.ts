import { untrack } from 'svelte';

import type { HistoryAnswer } from '#shared/history.ts';
import { askHistory } from './doors.ts';
import { Followed } from './followed.svelte.ts';

const dayMs = 86_400_000;
/** One point for every three minutes: more than a chart has pixels for on a small wall, enough on a large one. */
const points = 480;
const refreshMs = 60_000;
/** A wall that has not measured for long shows the last hour, in which a few minutes can be seen. */
const hourMs = 3_600_000;
const hourPoints = 240;
const fewPoints = 20;
/** How many series a page draws at most. */
const most = 4;

/** The last 24 hours, or the last hour of a young wall, of the series that the page shows at present. */
export class Charts {
  #shown = $state.raw<{ series: string; followed: Followed<HistoryAnswer> }[]>([]);
  readonly #now: () => number;
  #askedAt = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The series asked for with their answers, in their order. */
  list(): { series: string; history: HistoryAnswer | null; trouble: string | null }[] {
    return this.#shown.map(({ series, followed }) => ({ series, history: followed.value, trouble: followed.trouble }));
  }

  /** Shows these series, and asks for them again every minute. */
  follow(names: readonly string[]): void {
    const now = this.#now();
    untrack(() => this.#follow(names, now));
  }

  #follow(names: readonly string[], now: number): void {
    const wanted = [...new Set(names)].slice(0, most);
    const changed = wanted.join() !== this.#shown.map(({ series }) => series).join();
    if (changed) {
      const before = new Map(this.#shown.map((one) => [one.series, one]));
      this.#shown = wanted.map((series) => before.get(series) ?? { series, followed: this.#followed(series) });
    }
    if (!changed && now - this.#askedAt < refreshMs) return;
    this.#askedAt = now;
    for (const { followed } of this.#shown) followed.refresh();
  }

  #followed(series: string): Followed<HistoryAnswer> {
    return new Followed(async () => {
      const now = this.#now();
      const day = await askHistory(series, now - dayMs, now, points);
      const few = day.ok && day.value.points.filter(([, , average]) => average !== null).length < fewPoints;
      return few ? askHistory(series, now - hourMs, now, hourPoints) : day;
    });
  }
}
