import { perGroup } from './per-group.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** What a workload comes to, counted once as long as nothing of it changes. */
export interface GroupFigures {
  /** How many pods it should have: what its controller wants, else those there are. */
  wanted: number;
  /** How many of its pods are ready and stay. */
  ready: number;
  /** Restarts of all its containers. */
  restarts: number;
  /** When runs before the present ones ended (epoch ms), the last of each container. */
  endedAt: readonly number[];
}

/** The figures of a workload. */
export const figuresOf: (group: WorkloadGroup) => GroupFigures = perGroup(count);

/** True if every pod that is wanted is ready. False for what is scaled to 0. */
export function isUp(group: WorkloadGroup): boolean {
  const { wanted, ready } = figuresOf(group);
  return wanted > 0 && ready >= wanted;
}

function count({ controller, pods }: WorkloadGroup): GroupFigures {
  const endedAt: number[] = [];
  let ready = 0;
  let restarts = 0;
  for (const pod of pods) {
    if (pod.ready && pod.phase === 'Running' && pod.deletingAt === null) ready += 1;
    restarts += pod.restarts;
    for (const { last } of pod.containers) if (last?.finishedAt != null) endedAt.push(last.finishedAt);
  }
  return { wanted: controller?.wanted ?? pods.length, ready, restarts, endedAt };
}
