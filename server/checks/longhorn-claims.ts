import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import { perFacts } from './per-snapshot.ts';

/** Which claim a Longhorn volume is of now, and the other way round. */
export interface LonghornClaims {
  /** Key of the claim by key of the Longhorn volume; one that is no claim's now is not in it. */
  claimOf: ReadonlyMap<string, string>;
  /** The volume by key of its claim. */
  volumeOf: ReadonlyMap<string, LonghornVolumeFact>;
}

/** The kinds that it is made of. */
export const longhornClaimKinds: readonly FactKind[] = ['longhornVolume', 'persistentVolumeClaim', 'persistentVolume'];

/** The driver that its PersistentVolumes name. */
export const longhornDriver = 'driver.longhorn.io';

/** Worked out once for as long as nothing of it changes. */
export const longhornClaims: (snapshot: Snapshot) => LonghornClaims = perFacts(longhornClaimKinds, (snapshot) => {
  const claimOf = new Map<string, string>();
  const volumeOf = new Map<string, LonghornVolumeFact>();
  const byHandle = claimsByHandle(snapshot);
  for (const volume of snapshot.facts('longhornVolume').values()) {
    const claim = claimNow(volume, snapshot) ?? byHandle.get(volume.name);
    if (claim === undefined) continue;
    claimOf.set(volume.key, claim);
    volumeOf.set(claim, volume);
  }
  return { claimOf, volumeOf };
});

/** By Longhorn's own word. Of a claim that it says is past it may be wrong: then the claim's word counts. */
function claimNow({ claim, volume, name }: LonghornVolumeFact, snapshot: Snapshot): string | undefined {
  if (claim === null) return undefined;
  const key = `${claim.namespace}/${claim.name}`;
  const bound = snapshot.facts('persistentVolumeClaim').get(key)?.volume ?? '';
  if (bound === '') return claim.isPast ? undefined : key;
  return bound === (volume === '' ? name : volume) ? key : undefined;
}

/** By the PersistentVolumes: one that Longhorn has not looked at yet. */
function claimsByHandle(snapshot: Snapshot): ReadonlyMap<string, string> {
  const bound = [...snapshot.facts('persistentVolume').values()].filter(
    ({ made, phase }) => made.driver === longhornDriver && phase === 'Bound',
  );
  return new Map(
    bound.flatMap(({ made, claim }) => (claim === null ? [] : [[made.handle, `${claim.namespace}/${claim.name}`]])),
  );
}
