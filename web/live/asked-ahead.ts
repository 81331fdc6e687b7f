import type { Area } from '#shared/area.ts';
import type { RangeName } from '#web/parts/chart-range.ts';
import { orderSeries } from '#web/parts/series-order.ts';
import { askCharted, type Answered } from './ask-charted.ts';
import type { Answer } from './doors.ts';
import type { KnownSeries } from './known-series.ts';
import { pointsOfScreen } from './screen.ts';

/** What was asked longer ago is asked again: it may no longer be the newest. */
const freshMs = 10_000;

/** One question of a page that is not open yet. `at` epoch ms. */
interface Ahead {
  area: Area;
  range: RangeName;
  at: number;
  series: string | null;
  answer: Promise<Answer<Answered>> | null;
}

/**
 * What the first chart of an area's page shows, asked for while a finger is on the way to its tile: it is there when the page
 * opens. At most one area at a time.
 */
export class AskedAhead {
  #ahead: Ahead | null = null;
  readonly #known: KnownSeries;
  readonly #now: () => number;

  constructor(known: KnownSeries, now: () => number) {
    this.#known = known;
    this.#now = now;
  }

  /** Asks for the first chart of the area, once in ten seconds. `ofFindings`: the series that its findings name. */
  prepare(area: Area, ofFindings: readonly string[], range: RangeName): void {
    const now = this.#now();
    const last = this.#ahead;
    if (last?.area === area && last.range === range && now - last.at < freshMs) return;
    this.#ahead = { area, range, at: now, series: null, answer: null };
    void this.#ask(this.#ahead, ofFindings);
  }

  /** The answer on its way to this question, if it was asked a moment ago; whoever takes it has it alone. */
  take(series: string, range: RangeName): Promise<Answer<Answered>> | null {
    const ahead = this.#ahead;
    if (ahead?.series !== series || ahead.range !== range || this.#now() - ahead.at >= freshMs) return null;
    this.#ahead = null;
    return ahead.answer;
  }

  async #ask(ahead: Ahead, ofFindings: readonly string[]): Promise<void> {
    if (!this.#known.has(ahead.area)) await this.#known.ask(ahead.area);
    const [first] = orderSeries(ofFindings, this.#known.of(ahead.area));
    // Meanwhile another tile was touched, or the page is open and asks itself.
    if (first === undefined || this.#ahead !== ahead) return;
    ahead.series = first;
    ahead.answer = askCharted(first, ahead.range, ahead.at, pointsOfScreen());
  }
}
