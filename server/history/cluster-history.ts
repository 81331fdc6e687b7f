import type { HistoryAccess } from './database-access.ts';
import { createEpisodeStore } from './episode-store.ts';
import type { ClusterHistory } from './history.ts';

import { createLevelStore } from './level-store.ts';
import { createMomentStore } from './moment-store.ts';
import { createSeriesStore } from './series-store.ts';

/** The history of one cluster, of which some waits to be written. */
export interface BufferedHistory extends ClusterHistory {
  flush(): void;
}

/** All that is kept of one cluster, in whatever database there is. `now` is epoch ms. */
export function createClusterHistory(access: HistoryAccess, clusterId: string, now: () => number): BufferedHistory {
  const levels = createLevelStore(access, clusterId, now);
  const episodes = createEpisodeStore(access, clusterId, now);
  const moments = createMomentStore(access, clusterId, now);
  // What lasted when the last process ended is ended before anything else is written.
  levels.flush();
  const flush = () => [levels, episodes, moments].forEach((store) => store.flush());
  return { series: createSeriesStore(access, clusterId, now), levels, episodes, moments, flush };
}
