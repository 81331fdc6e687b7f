import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerEnd, ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { endsOf, isOutOfMemory, ranMs } from './container-end.ts';
import { podsWithEnds } from './crash.ts';
import { eventsAbout, seenAt } from './events-about.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** One container that was killed because memory ran out. */
export interface MemoryKill {
  /** `bad` while it is down, was killed a moment ago, or is killed again and again; then `warn`. */
  level: 'bad' | 'warn';
  pod: PodFact;
  container: ContainerFact;
  end: ContainerEnd;
}

/** What a kill is judged by, ms. */
export interface KillSettings {
  recent: number;
  calm: number;
}

const none: readonly never[] = [];

/** The containers of a workload that were killed for memory, the worst first. Pods that are being deleted do not count. */
export function memoryKills(group: WorkloadGroup, settings: KillSettings, now: number): readonly MemoryKill[] {
  const pods = podsWithEnds(group);
  if (pods.length === 0) return none;
  const kills = pods.flatMap((pod) =>
    pod.containers.flatMap((container) => killOf(pod, container, settings, now) ?? []),
  );
  return kills.sort((a, b) => Number(b.level === 'bad') - Number(a.level === 'bad'));
}

function killOf(pod: PodFact, container: ContainerFact, settings: KillSettings, now: number): MemoryKill | null {
  const { state, last } = container;
  if (state?.is === 'terminated' && isOutOfMemory(state)) return { level: 'bad', pod, container, end: state };
  // Another kind of end may have come after it: that it was killed is still true, and both are told.
  if (last === null || !isOutOfMemory(last)) return null;
  const level = levelOf(container, last, settings, now);
  return level === null ? null : { level, pod, container, end: last };
}

function levelOf(container: ContainerFact, end: ContainerEnd, { recent, calm }: KillSettings, now: number) {
  const { state } = container;
  if (state?.is === 'waiting' && state.reason === 'CrashLoopBackOff') return 'bad';
  const agoMs = now - (killedAt({ container, end }) ?? now);
  if (agoMs >= calm) return null;
  // It had ended before that run, and the run did not last: again and again.
  const again = endsOf(container) >= 2 && ranMs(end) < calm;
  return agoMs < recent || again ? 'bad' : 'warn';
}

/** When it was killed (epoch ms), by the run after it where that is not said; null if neither is. */
export function killedAt({ container: { state }, end }: Pick<MemoryKill, 'container' | 'end'>): number | null {
  return end.finishedAt ?? (state?.is === 'running' ? state.startedAt : null);
}

// Events are written within seconds; clocks differ a little.
const nearMs = 2 * 60_000;

/** True if its node ran out of memory: it has no limit of its own, or the kubelet says so of that moment. */
export function nodeRanOut(snapshot: Snapshot, { pod, container, end }: MemoryKill): boolean {
  if (container.memoryLimit === null) return true;
  if (pod.node === null) return false;
  const events = eventsAbout(snapshot, { kind: 'Node', name: pod.node });
  const at = end.finishedAt;
  return at !== null && events.some((event) => event.reason === 'SystemOOM' && Math.abs(seenAt(event) - at) < nearMs);
}
