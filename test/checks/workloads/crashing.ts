import crashLooping from '#server/checks/workloads/crash-looping.ts';
import type { ContainerEnd, ContainerFact, ContainerState } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { noon } from '#test/builders/time.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';

/** Between two tries. */
export const backOff: ContainerState = {
  is: 'waiting',
  reason: 'CrashLoopBackOff',
  message: 'back-off 5m0s restarting failed',
};
/** Since so long (ms). */
export const running = (ms: number): ContainerState => ({ is: 'running', startedAt: noon - ms });
/** Over, and not yet begun anew. */
export const ended = (part: Partial<ContainerEnd> = {}): ContainerState => ({ is: 'terminated', ...anEnd(part) });

/** A container that crashed seven times and waits for its next try. */
export const crashing = (part: Partial<ContainerFact> = {}) =>
  aContainer({ ready: false, restarts: 7, state: backOff, last: anEnd(), ...part });
/** The verdict of a StatefulSet web with one pod of this one container. */
export const verdictOf = (container: ContainerFact, parts: SnapshotParts = {}, pod: Partial<PodFact> = {}) =>
  theVerdict(crashLooping, aSnapshot({ pods: [aPod({ containers: [container], ...pod })], ...parts }));
/** Its level and sentence. */
export const said = (container: ContainerFact, parts: SnapshotParts = {}, pod: Partial<PodFact> = {}) => {
  const verdict = verdictOf(container, parts, pod);
  return [verdict.level, sentence(verdict)];
};
