import type { ContainerEnd, ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';

/** The log of one run of a container that one would like to have. */
export interface CrashLogWish {
  /** `namespace/pod/container`. */
  key: string;
  namespace: string;
  pod: string;
  /** Of the pod. */
  uid: string;
  container: string;
  restarts: number;
  /** Tells one run of a container from every other. */
  run: string;
  /** True if the container runs or waits again: then the log is that of the run before. */
  previous: boolean;
  /** When the run ended (epoch ms), null where that is not told. */
  endedAt: number | null;
}

/** The logs that tell why containers crashed, newest first, at most `most`. Pods that are being deleted end their containers themselves. */
export function crashLogWishes(pods: Iterable<PodFact>, most: number): CrashLogWish[] {
  const wishes: CrashLogWish[] = [];
  for (const pod of pods) {
    if (pod.deletingAt !== null || pod.namespace === '') continue;
    for (const container of pod.containers) {
      const wish = container.name === '' ? null : wishOf(pod, container);
      if (wish !== null) wishes.push(wish);
    }
  }
  // What has just ended may not say when.
  return wishes.sort((a, b) => (b.endedAt ?? Infinity) - (a.endedAt ?? Infinity) || 0).slice(0, most);
}

function wishOf({ namespace, name: pod, uid }: PodFact, container: ContainerFact): CrashLogWish | null {
  const { name, restarts, state, last } = container;
  const previous = state?.is !== 'terminated';
  const end = state?.is === 'terminated' ? state : last;
  if (end === null || !isCrash(end, container)) return null;
  // The count goes up when the next run begins; the log of the one before stays the same.
  const number = state?.is === 'running' ? restarts - 1 : restarts;
  const run = [uid, number, end.exitCode, end.finishedAt].join(' ');
  const key = `${namespace}/${pod}/${name}`;
  return { key, namespace, pod, uid, container: name, restarts, run, previous, endedAt: end.finishedAt };
}

function isCrash({ exitCode, reason }: ContainerEnd, { role, restarts, state }: ContainerFact): boolean {
  // Its node has forgotten it, log and all.
  if (reason === 'ContainerStatusUnknown') return false;
  if (exitCode !== 0 || reason === 'OOMKilled') return true;
  // One that should stay ends well again and again.
  return role !== 'init' && restarts > 0 && state?.is !== 'running';
}
