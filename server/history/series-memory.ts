import type { SeriesStore } from './history.ts';
import { createSeries, type Series } from './series.ts';

/** Series in memory, for 24 h. */
export function seriesMemory(): SeriesStore {
  const byName = new Map<string, Series>();
  return {
    leftOut: 0,
    record(at, samples) {
      for (const { series, value } of samples) {
        const held = byName.get(series) ?? createSeries();
        byName.set(series, held);
        held.record(at, value);
      }
    },
    read(series, from, to, points) {
      const held = byName.get(series);
      return held === undefined ? null : held.read(from, to, points);
    },
    trends: (names, from) =>
      new Map(
        names.flatMap((name) => {
          const points = byName.get(name)?.trend(from) ?? [];
          return points.length === 0 ? [] : [[name, points]];
        }),
      ),
    names: () => [...byName.keys()],
  };
}
