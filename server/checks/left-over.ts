import type { PodFact } from '#server/facts/pod.ts';

/** Reasons of pods that were taken away and whose controller has long made others: they are no failures of their own. */
const takenAway = new Set([
  'Evicted',
  'Shutdown',
  'NodeShutdown',
  'Terminated',
  'NodeAffinity',
  'Preempting',
  'NodeLost',
]);

/**
 * True for what is left over of a pod: it ended well, or it ended and will not run again because it was taken away, its
 * node forgot it (ContainerStatusUnknown), or its controller replaces it. A failed pod that stands alone is none.
 */
export function leftOver(pod: PodFact): boolean {
  if (pod.phase === 'Succeeded') return true;
  if (pod.phase !== 'Failed') return false;
  if (pod.owner !== null || takenAway.has(pod.reason)) return true;
  return pod.containers.some(({ state }) => state?.is === 'terminated' && state.reason === 'ContainerStatusUnknown');
}
