import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';

type Pods = ReadonlyMap<string, PodFact>;

const kept = new WeakMap<Pods, ReadonlyMap<string, number>>();

/** How much memory is set aside for the pods of each node, bytes by the node's name. Worked out once for the same pods. */
export function promisedMemory(snapshot: Snapshot): ReadonlyMap<string, number> {
  const pods = snapshot.facts('pod');
  const before = kept.get(pods);
  if (before !== undefined) return before;
  const byNode = new Map<string, number>();
  for (const pod of pods.values()) {
    if (!takesRoom(pod)) continue;
    byNode.set(pod.node!, (byNode.get(pod.node!) ?? 0) + requestedMemory(pod));
  }
  kept.set(pods, byNode);
  return byNode;
}

/** True for a pod that has a node and has not ended: what has ended keeps nothing. */
export function takesRoom({ node, phase }: PodFact): boolean {
  return node !== null && phase !== 'Succeeded' && phase !== 'Failed';
}

/**
 * What the scheduler sets aside for a pod, bytes: all that run side by side, or more where an init container asks for more
 * than they do. What its class of runtime adds is not known.
 */
export function requestedMemory({ containers }: PodFact): number {
  let together = 0;
  let init = 0;
  for (const { role, requestedBytes } of containers) {
    const bytes = requestedBytes ?? 0;
    if (role !== 'init') together += bytes;
    // Sidecars stand before it in the list: they run beside it.
    else init = Math.max(init, together + bytes);
  }
  return Math.max(together, init);
}
