import type { Area } from '#shared/area.ts';
import type { SeriesAnswer, SeriesName } from '#shared/history.ts';
import { askSeries, type Answer } from './doors.ts';

/** The series of each area as last told, so that a page opened again asks for their charts at once. At most ten lists. */
export class KnownSeries {
  readonly #lists = new Map<Area, readonly SeriesName[]>();
  readonly #asking = new Map<Area, Promise<Answer<SeriesAnswer>>>();

  /** False before the first answer. */
  has(area: Area): boolean {
    return this.#lists.has(area);
  }

  of(area: Area): readonly SeriesName[] {
    return this.#lists.get(area) ?? [];
  }

  /** Asks for them and keeps them; whoever asks meanwhile gets the same answer. */
  ask(area: Area): Promise<Answer<SeriesAnswer>> {
    const asking = this.#asking.get(area) ?? this.#ask(area);
    this.#asking.set(area, asking);
    return asking;
  }

  async #ask(area: Area): Promise<Answer<SeriesAnswer>> {
    const answer = await askSeries(area);
    this.#asking.delete(area);
    if (answer.ok) this.#lists.set(area, answer.value.series);
    return answer;
  }
}
