import type { Snapshot } from '#server/engine/snapshot.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Subject } from '#shared/finding.ts';
import { perFacts } from './per-snapshot.ts';

/** A claim with what is known of its data. */
export interface ClaimUse {
  claim: PersistentVolumeClaimFact;
  /** Null if it has none, or it cannot be seen. */
  volume: PersistentVolumeFact | null;
  /**
   * What was last measured of it (the newest `at` of all pods that mount it), fresh or not; null if nothing was: not mounted,
   * no figures (a hostPath shares the node's disk), or not asked yet.
   */
  stats: VolumeStats | null;
  /** The source of `stats` (`kubelet/nuc0`), and its node. */
  measuredBy: { source: string; node: string } | null;
  /** Pods that mount it, finished ones left out. */
  pods: readonly PodFact[];
  /** Why no percentage of its own may be shown: its figures would be those of the node's disk (`host`, `local`), or of a server (`nfs`). Null if it has its own. */
  shares: 'node' | 'server' | null;
}

/** All claims by key, with their use. */
export const claimUses: (snapshot: Snapshot) => ReadonlyMap<string, ClaimUse> = perFacts(
  ['persistentVolumeClaim', 'persistentVolume', 'nodeStats', 'pod'],
  (): ReadonlyMap<string, ClaimUse> => new Map<string, ClaimUse>(),
);

/** True for what a kubelet measured that answers now. */
export function isMeasuredNow({ measuredBy }: ClaimUse, snapshot: Snapshot): boolean {
  return measuredBy !== null && snapshot.sources.get(measuredBy.source)?.fresh === true;
}

/** `PersistentVolumeClaim/namespace/name`. */
export function claimSubject({ namespace, name }: Pick<PersistentVolumeClaimFact, 'namespace' | 'name'>): Subject {
  return { kind: 'PersistentVolumeClaim', namespace, name };
}

/** The same by its key. */
export function claimSubjectOf(key: string): Subject {
  const slash = key.indexOf('/');
  return { kind: 'PersistentVolumeClaim', namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
