import type { Remembers } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { lastSaid, pullTroubles, type PodSaid, type PullTrouble } from './pull-trouble.ts';
import { allPulling, pullingJobs } from './pulling-jobs.ts';
import { workloadGroups, type WorkloadGroup } from './workload-groups.ts';

/** What is remembered of each image that a workload cannot pull: who said last why, by `memoryKey`. */
export type PullMemory = ReadonlyMap<string, PodSaid | null>;

/**
 * Remembers why an image cannot be pulled: containers tell the cause only while they try, and events are gone after an hour.
 * Every check that asks for causes remembers for itself, by this very rule.
 */
export const remembersPulls: Remembers<PodSaid | null> = {
  version: 2,
  *subjects(snapshot) {
    for (const group of allPulling(snapshot)) {
      for (const { image } of pullTroubles(group)) yield memoryKey(group.id, image);
    }
  },
  remember(before, key, snapshot) {
    const [id = ''] = key.split('|', 1);
    const group = workloadGroups(snapshot).get(id) ?? pullingJobs(snapshot).get(id);
    const trouble = group && pullTroubles(group).find(({ image }) => memoryKey(id, image) === key);
    return trouble === undefined ? (before ?? null) : lastSaid(trouble, before ?? null, snapshot);
  },
};

/** What was said last of an image of a workload, of now or of before; null if nobody ever said why. */
export function saidOf(
  { id }: WorkloadGroup,
  trouble: PullTrouble,
  { snapshot, memory }: { snapshot: Snapshot; memory: PullMemory },
): PodSaid | null {
  return lastSaid(trouble, memory.get(memoryKey(id, trouble.image)) ?? null, snapshot);
}

/** Under which an image of a workload is remembered: `Deployment/default/web|registry.example/web:1.5`. */
function memoryKey(id: string, image: string): string {
  return `${id}|${image}`;
}
