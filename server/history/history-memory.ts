import type { PastFinding } from '#shared/history.ts';
import type { ClusterHistory, EpisodeStore, History, SeriesStore } from './history.ts';
import { createKeeperMemory } from './keeper-memory.ts';
import { createLevels } from './levels.ts';
import { createMoments } from './moments.ts';
import { createSeries, type Series } from './series.ts';

/** Keeps until the process ends: for the demo, which touches no disk. */
export function createHistoryMemory(): History {
  const keeper = createKeeperMemory();
  const clusters = new Map<string, ClusterHistory>();
  return {
    ...keeper,
    of(clusterId) {
      const known = clusters.get(clusterId) ?? createClusterMemory();
      clusters.set(clusterId, known);
      return known;
    },
    close() {
      keeper.close();
      clusters.clear();
    },
  };
}

/** The history of one cluster, in memory. */
export function createClusterMemory(): ClusterHistory {
  return { series: seriesMemory(), levels: createLevels(), episodes: episodesMemory(), moments: createMoments() };
}

function seriesMemory(): SeriesStore {
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

function episodesMemory(): EpisodeStore {
  const byId = new Map<string, PastFinding>();
  return {
    put: (episode) => void byId.set(episode.episode, episode),
    open: () => [...byId.values()].filter(({ endedAt }) => endedAt === null),
    read: ({ from, to, most, area, finding }) =>
      [...byId.values()]
        .filter(({ since, endedAt }) => since < to && (endedAt ?? Infinity) > from)
        .filter(
          (each) => (area === undefined || each.area === area) && (finding === undefined || each.finding === finding),
        )
        .toSorted((a, b) => b.since - a.since)
        .slice(0, most),
  };
}
