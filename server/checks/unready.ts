import type { ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { perGroup } from './per-group.ts';

/** One pod that runs and is not ready, or a bare one that failed. */
export interface UnreadyPod {
  pod: PodFact;
  /** The containers that say so; none where the pod as a whole is not ready (its node is lost, a gate is closed). */
  containers: readonly ContainerFact[];
  /** Since when all that runs in it has been running without being ready (epoch ms), null where that is not told. */
  since: number | null;
}

const none: readonly UnreadyPod[] = [];

/**
 * The pods of a workload that run and are not ready. One whose containers have yet to start, crash or wait for an image is
 * none: why it is not ready is told elsewhere.
 */
export const unreadyPods = perGroup<readonly UnreadyPod[]>(({ pods }) => {
  const found = pods.flatMap((pod) => unready(pod) ?? []);
  return found.length === 0 ? none : found;
});

function unready(pod: PodFact): UnreadyPod | null {
  if (pod.ready || pod.deletingAt !== null) return null;
  if (pod.phase === 'Failed') return { pod, containers: pod.containers.filter(hasFailed), since: endOf(pod) };
  if (pod.phase !== 'Running' && pod.phase !== 'Unknown') return null;
  const lasting = pod.containers.filter(({ role }) => role !== 'init');
  const containers = lasting.filter((each) => !each.ready);
  // One that ended well and is not started again is done, and keeps its pod from being ready for ever.
  const waits = containers.some(({ state }) => state?.is === 'waiting' || state?.is === 'terminated');
  if (waits) return null;
  return { pod, containers, since: sinceOf(pod, containers) };
}

function hasFailed({ state }: ContainerFact): boolean {
  return state?.is === 'terminated' && state.exitCode !== 0;
}

function endOf({ containers, createdAt }: PodFact): number | null {
  const ends = containers.flatMap(({ state }) => (state?.is === 'terminated' ? (state.finishedAt ?? []) : []));
  return ends.length === 0 ? createdAt : Math.max(...ends);
}

/** A container that was started again a moment ago has had no time to become ready. */
function sinceOf({ readyChangedAt, createdAt }: PodFact, containers: readonly ContainerFact[]): number | null {
  const starts = containers.flatMap(({ state }) => (state?.is === 'running' ? (state.startedAt ?? []) : []));
  const changed = readyChangedAt ?? createdAt;
  return changed === null ? (starts.length === 0 ? null : Math.max(...starts)) : Math.max(changed, ...starts);
}
