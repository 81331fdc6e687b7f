import type { ContainerEnd, ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { endsOf, isForgotten, isOutOfMemory, newestEnd, ranMs, runsMs } from './container-end.ts';
import { perGroup } from './per-group.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/**
 * How far it has come with a container that crashes: `once` it ended though nobody asked it to; it `loops`; or it
 * `recovers`: it runs again, and has to do so for a while.
 */
export type CrashStage = 'once' | 'loops' | 'recovers';

/** One container that crashes. */
export interface Crash {
  stage: CrashStage;
  pod: PodFact;
  container: ContainerFact;
  /** How it ended last, null where the API does not say. */
  end: ContainerEnd | null;
}

/** What a crash is judged by. */
export interface CrashSettings {
  /** How long a container must run to be fine again, ms. */
  calm: number;
  /** How many ends in a row make a loop. */
  loop: number;
}

/** Waiting reasons that say a run has ended or could not begin, while the kubelet waits for its next try. */
const failedReasons: ReadonlySet<string> = new Set(['CrashLoopBackOff', 'RunContainerError', 'PostStartHookError']);

// A run must be clearly longer than the one that crashed before one may hope.
const soonMs = 60_000;

/**
 * The pods of a workload of which a container has ever ended or could not begin, without those that are being deleted. None
 * of nearly all workloads, and then nothing else need be looked at.
 */
export const podsWithEnds = perGroup<readonly PodFact[]>(({ pods }) => {
  const found = pods.filter(({ containers, deletingAt }) => deletingAt === null && containers.some(hasEnded));
  return found.length === 0 ? none : found;
});

const none: readonly never[] = [];

function hasEnded({ restarts, state, last }: ContainerFact): boolean {
  if (restarts > 0 || last !== null) return true;
  if (state?.is === 'waiting') return failedReasons.has(state.reason);
  return state?.is === 'terminated';
}

/** The containers of a workload that crash, in the order of its pods. Pods that are being deleted do not count. */
export function crashesOf(group: WorkloadGroup, settings: CrashSettings, now: number): readonly Crash[] {
  const pods = podsWithEnds(group);
  if (pods.length === 0) return none;
  // A bare pod that failed is not started again, so that it does not loop: it is told among those that are not ready.
  const lasting = pods.filter(({ phase }) => phase !== 'Failed');
  return lasting.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const stage = stageOf(pod, container, settings, now);
      return stage === null ? [] : [{ stage, pod, container, end: newestEnd(container) }];
    }),
  );
}

function stageOf(pod: PodFact, container: ContainerFact, settings: CrashSettings, now: number): CrashStage | null {
  const { state } = container;
  const end = newestEnd(container);
  if (end !== null && isOutOfMemory(end)) return null;
  if (state?.is === 'waiting' && failedReasons.has(state.reason)) {
    return state.reason === 'CrashLoopBackOff' || endsOf(container) >= settings.loop ? 'loops' : 'once';
  }
  if (end === null || isForgotten(end)) return null;
  const inRow = endsOf(container) >= settings.loop && ranMs(end) < 2 * settings.calm;
  if (inRow ? !isAskedFor(pod, container, end) : isFailure(end)) {
    return inRow ? loopStage(container, end, settings, now) : onceStage(container, end, settings, now);
  }
  return null;
}

/** One end alone: exit code 0 is none, and SIGTERM is sent by somebody. */
function isFailure({ exitCode }: ContainerEnd): boolean {
  return exitCode !== 0 && exitCode !== 143;
}

/** Several ends in a row: all that should go on and does not. */
function isAskedFor({ owner }: PodFact, { role, state, last }: ContainerFact, { exitCode }: ContainerEnd): boolean {
  if (exitCode !== 0) return false;
  if (role === 'init') return true;
  // One that was started again after exit code 0, or that a controller keeps, is meant to go on for ever.
  const goesOn = owner !== null || (state?.is === 'terminated' ? last?.exitCode === 0 : true);
  return !goesOn;
}

function loopStage(
  container: ContainerFact,
  end: ContainerEnd,
  { calm }: CrashSettings,
  now: number,
): CrashStage | null {
  if (container.state?.is === 'terminated') return 'loops';
  // Longer than the run before: one that crashes every few minutes must not look fine in between.
  const quietMs = Math.max(calm, 2 * ranMs(end));
  const passedMs = sinceEndMs(container, end, now);
  if (passedMs >= quietMs) return null;
  const hopeful = container.state?.is === 'running' && container.ready && passedMs >= Math.max(soonMs, 2 * ranMs(end));
  return hopeful ? 'recovers' : 'loops';
}

function onceStage(
  container: ContainerFact,
  end: ContainerEnd,
  { calm }: CrashSettings,
  now: number,
): CrashStage | null {
  if (container.state?.is === 'terminated') return 'once';
  return sinceEndMs(container, end, now) < calm ? 'once' : null;
}

/** How long it has been running since, or, if it waits for something else (its image, a volume), how long ago it ended. */
function sinceEndMs(container: ContainerFact, { finishedAt }: ContainerEnd, now: number): number {
  if (container.state?.is === 'running') return runsMs(container, now);
  return finishedAt === null ? 0 : Math.max(0, now - finishedAt);
}
