import type { Area } from '#shared/area.ts';
import type { PastFinding, SeriesName } from '#shared/history.ts';
import type { ChartsShown, OtherCharts } from '#web/parts/charted.ts';
import { orderSeries, subjectOf, subjectsOf } from '#web/parts/series-order.ts';
import type { Charts } from './charts.svelte.ts';
import type { ChosenRange } from './chosen-range.svelte.ts';
import { Followed } from './followed.svelte.ts';
import type { KnownSeries } from './known-series.ts';

/** So many charts are drawn at first, and with each wish for more. */
const step = 4;
/** Beyond these one chooses what to see: every chart shown is asked for each minute. */
const most = 24;
/** New series come with new objects: rarely. */
const refreshMs = 5 * 60_000;
const none: readonly PastFinding[] = [];

/** The charts of an area's page: those that findings name, those of the whole area, then by subject; and what was chosen of them. */
export class AreaCharts implements ChartsShown, OtherCharts {
  readonly others = this;
  #asked = $state('');
  #count = $state(step);
  #ofFindings = $state.raw<readonly string[]>([]);
  #leading = $state.raw<readonly string[]>([]);
  readonly #charts: Charts;
  readonly #chosen: () => ChosenRange;
  readonly #names: Followed<readonly SeriesName[]>;
  readonly #before: readonly SeriesName[] | null;
  #askedAt = -Infinity;
  readonly #known = $derived.by(() => this.#names.value ?? this.#before ?? []);
  readonly #ordered = $derived.by(() => orderSeries(this.#ofFindings, this.#known, this.#leading));
  readonly subjects = $derived(subjectsOf(this.#ordered, this.#leading));
  /** What has gone is chosen no longer. */
  readonly subject = $derived(this.subjects.includes(this.#asked) ? this.#asked : '');
  readonly #wanted = $derived(
    this.subject === '' ? this.#ordered : this.#ordered.filter((series) => subjectOf(series) === this.subject),
  );

  constructor(area: () => Area, charts: Charts, chosen: () => ChosenRange, known: () => KnownSeries) {
    this.#charts = charts;
    this.#chosen = chosen;
    this.#before = known().has(area()) ? known().of(area()) : null;
    this.#names = new Followed(async () => {
      const answer = await known().ask(area());
      return answer.ok ? { ok: true as const, value: answer.value.series } : answer;
    });
  }

  get charts() {
    return this.#charts.list();
  }
  get range() {
    return this.#chosen().range;
  }
  get beneathRows() {
    return this.#known.some(({ inRows }) => inRows === 'spark');
  }
  get trouble() {
    return this.#names.trouble;
  }
  /** The first chart has what it draws, or there is none to wait for: there is time for all else. */
  get begun(): boolean {
    const [first] = this.charts;
    if (first !== undefined) return first.history !== null || first.trouble !== null;
    return this.#wanted.length === 0 && (this.#before !== null || this.#names.value !== null || this.trouble !== null);
  }
  get more() {
    return Math.min(step, Math.min(most, this.#wanted.length) - Math.min(this.#count, this.#wanted.length));
  }

  readonly chooseRange = (range: ChartsShown['range']) => this.#chosen().choose(range);
  readonly chooseSubject = (subject: string) => {
    this.#asked = subject;
    this.#count = step;
  };
  readonly showMore = () => {
    this.#count = Math.min(most, this.#count + step);
  };

  /** Which subjects come before others of the same standing: told when the rows are known, and when they change. */
  lead(subjects: readonly string[]): void {
    if (subjects.join() !== this.#leading.join()) this.#leading = subjects;
  }

  /** Shows what is wanted at present; call it whenever time goes on or findings change. Names that are known already are asked for again once there is `leisure`. */
  follow(ofFindings: readonly string[], now: number, leisure: boolean, episodes: readonly PastFinding[] = none): void {
    if (ofFindings.join() !== this.#ofFindings.join()) this.#ofFindings = ofFindings;
    if ((leisure || this.#before === null) && now - this.#askedAt >= refreshMs) {
      this.#askedAt = now;
      this.#names.refresh();
    }
    this.#charts.follow(this.#wanted.slice(0, this.#count), this.range, [], episodes);
  }

  leave(): void {
    this.#names.leave();
    this.#charts.leave();
  }
}
