import type { Area } from '#shared/area.ts';
import type { SeriesName } from '#shared/history.ts';

/** The series of each area as last told, so that a page opened again asks for their charts at once. At most ten lists. */
export class KnownSeries {
  readonly #lists = new Map<Area, readonly SeriesName[]>();

  of(area: Area): readonly SeriesName[] {
    return this.#lists.get(area) ?? [];
  }

  keep(area: Area, list: readonly SeriesName[]): void {
    this.#lists.set(area, list);
  }
}
