import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { perGroup } from './per-group.ts';
import { workloadGroups } from './workload-groups.ts';

/** What is remembered of one pod: how many restarts it had when last seen, and when those happened that are known of. */
export interface PodRestarts {
  uid: string;
  seen: number;
  /** Epoch ms, oldest first. */
  at: readonly number[];
}

/** What is remembered of a workload: its pods that have restarted. A pod made anew has another UID and begins anew. */
export interface RestartMemory {
  pods: readonly PodRestarts[];
}

/** How many restarts of a pod are remembered. */
export const mostRestarts = 20;
// Of one workload; what is beyond is judged by what its facts prove.
const mostPods = 50;
// Clocks of nodes differ a little.
const aheadMs = 60_000;

const none: readonly PodFact[] = [];

/** The pods of a workload that have ever restarted and stay. */
export const restartedPods = perGroup<readonly PodFact[]>(({ pods }) => {
  const some = pods.some(({ restarts }) => restarts > 0);
  return some ? pods.filter(({ restarts, deletingAt }) => restarts > 0 && deletingAt === null) : none;
});

/** What to remember of a workload's restarts now: the same as before if nothing has restarted. Pure. */
export function rememberRestarts(
  before: RestartMemory | undefined,
  id: string,
  snapshot: Snapshot,
  elapsedMs: number,
): RestartMemory {
  const group = workloadGroups(snapshot).get(id);
  const pods = group === undefined ? none : restartedPods(group).slice(0, mostPods);
  const known = before?.pods ?? [];
  const after = pods.map((pod, i) => {
    const same = known[i]?.uid === pod.uid ? known[i] : known.find(({ uid }) => uid === pod.uid);
    return rememberPod(same, pod, snapshot.now, elapsedMs);
  });
  const unchanged = before !== undefined && after.length === known.length && after.every((pod, i) => pod === known[i]);
  return unchanged ? before : { pods: after };
}

function rememberPod(before: PodRestarts | undefined, pod: PodFact, now: number, elapsedMs: number): PodRestarts {
  const { uid, restarts: seen } = pod;
  const ended = lastEndedAt(pod, now);
  // Of the restarts before the first look only the last is known of.
  if (before === undefined) return { uid, seen, at: ended === null ? [] : [ended] };
  if (seen === before.seen) return before;
  if (seen < before.seen) return { ...before, seen };
  const isNews = ended !== null && ended > (before.at.at(-1) ?? 0);
  // While nobody watched it may have been any time: without a time of its own it is not counted.
  const at = isNews ? ended : elapsedMs > 0 ? now : null;
  return { uid, seen, at: at === null ? before.at : [...before.at, at].slice(-mostRestarts) };
}

/** When a run of one of its containers ended last before the present ones, as far as that can be believed. */
function lastEndedAt({ containers }: PodFact, now: number): number | null {
  let latest: number | null = null;
  for (const { last } of containers) {
    const at = last?.finishedAt ?? null;
    if (at !== null && at > 0 && at <= now + aheadMs && at > (latest ?? 0)) latest = at;
  }
  return latest;
}

/** How often a pod has restarted since `from` (epoch ms): as remembered, or all of it for one that was made since. */
export function restartsSince(pod: PodFact, memory: RestartMemory | undefined, from: number, now: number): number {
  const known = memory?.pods.find(({ uid }) => uid === pod.uid)?.at.filter((at) => at >= from).length ?? 0;
  const { createdAt } = pod;
  if (createdAt === null || createdAt < from || createdAt > now + aheadMs) return known;
  return Math.max(known, ...pod.containers.map(({ restarts }) => restarts));
}
