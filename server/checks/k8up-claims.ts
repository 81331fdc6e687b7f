import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';

/**
 * The claims that a backup of K8up takes, by namespace: bound ones of many writers, those that a pod mounts, and those of one
 * writer whose volume is bound to a node. The annotation `k8up.io/backup: "false"` takes one out.
 */
export function claimsOfK8up(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const mounted = new Set(
    [...snapshot.facts('pod').values()].flatMap(({ namespace, claims }) =>
      claims.map((name) => `${namespace}/${name}`),
    ),
  );
  const taken = [...snapshot.facts('persistentVolumeClaim').values()].filter(
    (claim) => isWanted(claim) && (mounted.has(claim.key) || isReached(claim, snapshot)),
  );
  return new Map(
    [...Map.groupBy(taken, ({ namespace }) => namespace)].map(([namespace, claims]) => [
      namespace,
      claims.map(({ key }) => key),
    ]),
  );
}

/** `strconv.ParseBool` of Go: all that is not one of these is false. */
const yes = ['1', 't', 'T', 'TRUE', 'true', 'True'];

function isWanted({ phase, accessModes, labels }: PersistentVolumeClaimFact): boolean {
  const asked = labels['k8up.io/backup'];
  if (phase !== 'Bound' || (asked !== undefined && !yes.includes(asked))) return false;
  return asked !== undefined || accessModes.includes('ReadWriteMany') || accessModes.includes('ReadWriteOnce');
}

/** Without a pod that mounts it: of one writer only where its volume says on which node it is. */
function isReached({ accessModes, volume }: PersistentVolumeClaimFact, snapshot: Snapshot): boolean {
  if (!accessModes.includes('ReadWriteOnce')) return true;
  return (snapshot.facts('persistentVolume').get(volume)?.nodes.length ?? 0) > 0;
}
