import type { Kept, Keeper } from './keeper.ts';

// A process sees one cluster, or a few that follow each other behind one address.
const mostClusters = 8;

/** What nothing was kept of. */
export function nothingKept(): Kept {
  return { episodes: [], acknowledgements: [], memories: {}, figures: [] };
}

/** Keeps until the process ends: for the demo, which touches no disk. */
export function createKeeperMemory(): Keeper {
  const identities = new Map<string, string>();
  const byCluster = new Map<string, Kept>();
  return {
    problem: '',
    identityBehind: (server) => identities.get(server) ?? '',
    rememberIdentity: (server, clusterId) => void identities.set(server, clusterId),
    load: (clusterId) => structuredClone(byCluster.get(clusterId) ?? nothingKept()),
    save: (clusterId, kept) => putNewest(byCluster, clusterId, kept),
    close: () => byCluster.clear(),
  };
}

/** Puts a value last, and lets go of the oldest beyond the bound. */
export function putNewest<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= mostClusters) return;
    map.delete(oldest);
  }
}
