import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServicesConfig } from '#server/probes/service-config.ts';
import type { WantedService } from '#server/probes/wanted-service.ts';

/** Tells which services are to be probed now, and how many more would be if there were not too many. */
export interface FollowedServices {
  (): readonly WantedService[];
  leftOut(): number;
  /** True once every kind that may name services was listed, or cannot be. */
  allNamed(): boolean;
}

/** Which services are to be probed by the facts and the configuration as they are now; the array of before where nothing changed. */
export function followServices(_snapshot: () => Snapshot, _config: () => ServicesConfig): FollowedServices {
  const none: readonly WantedService[] = [];
  return Object.assign(() => none, { leftOut: () => 0, allNamed: () => true });
}
