import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PodTemplate } from '#server/facts/pod-template.ts';
import { claimUses } from './claim-use.ts';
import { perFacts } from './per-snapshot.ts';

const controllers = ['deployment', 'statefulSet', 'daemonSet', 'cronJob'] as const;

/**
 * The claims whose data somebody uses, by key: a pod that is not finished mounts it, or it is bound and a workload names it, one that
 * is scaled to nothing too. Worked out once for as long as nothing of it changes.
 */
export const usedClaims: (snapshot: Snapshot) => ReadonlyMap<string, PersistentVolumeClaimFact> = perFacts(
  // Of uses only the pods are looked at.
  ['persistentVolumeClaim', 'pod', ...controllers],
  (snapshot) => {
    const named = namedClaims(snapshot);
    const used = new Map<string, PersistentVolumeClaimFact>();
    for (const [key, { claim, pods }] of claimUses(snapshot)) {
      if (pods.length > 0 || (claim.phase === 'Bound' && isNamed(key, named))) used.set(key, claim);
    }
    return asBefore(used, snapshot);
  },
);

/** By the facts of claims: so that several clusters do not mix. */
const lastUsed = new WeakMap<object, ReadonlyMap<string, PersistentVolumeClaimFact>>();

/** The very same as before where the same ones are used: pods change all the time. */
function asBefore(
  used: ReadonlyMap<string, PersistentVolumeClaimFact>,
  snapshot: Snapshot,
): ReadonlyMap<string, PersistentVolumeClaimFact> {
  const claims = snapshot.facts('persistentVolumeClaim');
  const before = lastUsed.get(claims);
  if (before?.size === used.size && [...used].every(([key, claim]) => before.get(key) === claim)) return before;
  lastUsed.set(claims, used);
  return used;
}

interface Named {
  claims: ReadonlySet<string>;
  /** What a StatefulSet's own claims begin with, before their number. */
  numbered: ReadonlySet<string>;
}

function isNamed(key: string, { claims, numbered }: Named): boolean {
  return claims.has(key) || numbered.has(key.replace(/\d+$/, ''));
}

const namedClaims: (snapshot: Snapshot) => Named = perFacts(controllers, (snapshot) => {
  const claims = new Set<string>();
  const numbered = new Set<string>();
  for (const kind of controllers) {
    for (const controller of snapshot.facts(kind).values()) {
      // What makes the backups mounts the place where they go, too.
      if ('backupOf' in controller && controller.backupOf.length > 0) continue;
      for (const claim of claimsOf(controller.template)) {
        claims.add(`${controller.namespace}/${claim}`);
        if (kind === 'statefulSet') numbered.add(`${controller.namespace}/${claim}-${controller.name}-`);
      }
    }
  }
  return { claims, numbered };
});

function claimsOf(template: PodTemplate | null): string[] {
  return (template?.volumes ?? []).filter(({ is }) => is === 'claim').map(({ what }) => what);
}
