import { expect } from 'vitest';
import { sampleMs, type SeriesPoints } from '#server/history/history.ts';

/** What a history of series is to tell, kept in the simplest way: every value of every tick. */
export class SeriesModel {
  #values = new Map<string, Map<number, number>>();

  /** A second record of the same tick replaces the first. */
  record(at: number, values: Readonly<Record<string, number>>): void {
    const tick = Math.floor(at / sampleMs);
    for (const ticks of this.#values.values()) ticks.delete(tick);
    for (const [series, value] of Object.entries(values)) {
      const ticks = this.#values.get(series) ?? new Map<number, number>();
      this.#values.set(series, ticks.set(tick, Math.fround(value)));
    }
  }

  /** All values from `from` (included) to `to` (not included). */
  values(series: string, from: number, to: number): number[] {
    const ticks = [...(this.#values.get(series) ?? [])];
    return ticks.filter(([tick]) => tick * sampleMs >= from && tick * sampleMs < to).map(([, value]) => value);
  }

  /** Fails unless these points are what was measured, each in its own time; returns how many of them hold something. */
  agrees(series: string, { step, points }: SeriesPoints): number {
    const ticks = [...(this.#values.get(series) ?? [])];
    const byPoint = Map.groupBy(ticks, ([tick]) => Math.floor((tick * sampleMs) / step) * step);
    const wrong = points.filter(([at, min, average, max]) => {
      const values = (byPoint.get(at) ?? []).map(([, value]) => value);
      if (values.length === 0) return min !== null || average !== null || max !== null;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const near = Math.abs((average ?? Infinity) - mean) < 1e-4 * Math.max(1, Math.abs(mean));
      return min !== Math.min(...values) || max !== Math.max(...values) || !near;
    });
    expect(wrong.map(([at, ...told]) => ({ series, at, step, told, measured: byPoint.get(at) }))).toEqual([]);
    return points.filter(([, min]) => min !== null).length;
  }
}
