import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LonghornReplicaFact } from '#server/facts/longhorn-replica.ts';
import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import type { Subject } from '#shared/finding.ts';
import { claimSubjectOf } from './claim-use.ts';
import { longhornClaims } from './longhorn-claims.ts';
import { perInputs } from './per-inputs.ts';
import { perFacts } from './per-snapshot.ts';

/** The replicas of a Longhorn volume, as far as they are seen. */
export interface VolumeReplicas {
  /** Those that run and have not failed; one that is still being filled is among them. */
  running: readonly LonghornReplicaFact[];
  missing: readonly LonghornReplicaFact[];
}

const none: VolumeReplicas = { running: [], missing: [] };

/** What a volume has of replicas. */
export function replicasOf({ key }: LonghornVolumeFact, snapshot: Snapshot): VolumeReplicas {
  return byVolume(snapshot).get(key) ?? none;
}

const byVolume = perFacts(['longhornReplica'], (snapshot): ReadonlyMap<string, VolumeReplicas> => {
  const all = Map.groupBy(
    snapshot.facts('longhornReplica').values(),
    ({ namespace, volume }) => `${namespace}/${volume}`,
  );
  const runs = ({ state, failedAt }: LonghornReplicaFact) => state === 'running' && failedAt === null;
  return new Map(
    [...all].map(([key, replicas]) => [
      key,
      { running: replicas.filter(runs), missing: replicas.filter((replica) => !runs(replica)) },
    ]),
  );
});

/** Its claim, where it has one now, else the Longhorn volume itself. */
export function longhornVolumeSubject(volume: LonghornVolumeFact, snapshot: Snapshot): Subject {
  const { claimOf, volumeOf } = longhornClaims(snapshot);
  const claim = claimOf.get(volume.key);
  // Of two that say the same claim is theirs, one is right.
  return subjectOf(volume, claim !== undefined && volumeOf.get(claim) === volume ? claim : '');
}

/** Hundreds are asked for each second. */
const subjectOf = perInputs((volume: LonghornVolumeFact, claim: string): Subject => {
  if (claim !== '') return claimSubjectOf(claim);
  return { kind: 'LonghornVolume', namespace: volume.namespace, name: volume.name };
});

/** The volume that a subject is about, undefined if it is none of Longhorn's. */
export function longhornVolumeOf(
  { kind, namespace = '', name }: Subject,
  snapshot: Snapshot,
): LonghornVolumeFact | undefined {
  const key = `${namespace}/${name}`;
  if (kind === 'LonghornVolume') return snapshot.facts('longhornVolume').get(key);
  return kind === 'PersistentVolumeClaim' ? longhornClaims(snapshot).volumeOf.get(key) : undefined;
}
