import { createClusterHistory, type BufferedHistory } from './cluster-history.ts';
import type { ClusterHistory, History } from './history.ts';
import { createKeptStore } from './kept-store.ts';
import { createMemoryAccess } from './memory-database.ts';

/** Keeps until the process ends: for the demo, which touches no disk. `now` is epoch ms. */
export function createHistoryMemory(now: () => number = Date.now): History {
  const access = createMemoryAccess();
  const kept = createKeptStore(access, now, () => undefined);
  const clusters = new Map<string, BufferedHistory>();
  let watched: BufferedHistory | null = null;
  return {
    problem: '',
    notices: [],
    get seriesLeftOut() {
      return watched?.series.leftOut ?? 0;
    },
    identityBehind: (server) => kept.identityBehind(server),
    rememberIdentity: (server, clusterId) => kept.rememberIdentity(server, clusterId),
    load: (clusterId) => kept.load(clusterId),
    save: (clusterId, each, when) => kept.save(clusterId, each, when),
    of(clusterId) {
      watched = clusters.get(clusterId) ?? createClusterHistory(access, clusterId, now);
      clusters.set(clusterId, watched);
      return watched;
    },
    close() {
      for (const cluster of clusters.values()) cluster.flush();
      access.close();
    },
  };
}

/** The history of one cluster, in memory. `now` is epoch ms. */
export function createClusterMemory(now: () => number = Date.now): ClusterHistory {
  return createClusterHistory(createMemoryAccess(), '', now);
}
