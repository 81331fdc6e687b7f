import { keyOf } from './object-store.ts';
import type { RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** What befalls a pod later, as long as it is there and not on its way out. */
export interface PodSteps {
  /** The pod as it is now; null if it is another, gone, or on its way out. */
  current(pod: RawPod): RawPod | null;
  /** A step of its kubelet: waits until the node speaks; nothing happens if the pod is gone by then. */
  later(delayMs: number, pod: RawPod, step: (pod: RawPod) => void): void;
  /** An event told by its kubelet. */
  note(about: RawPod, said: PodNote): void;
}

/** What a kubelet tells of a pod. */
export interface PodNote {
  reason: string;
  message: string;
  /** `Normal` where it is not said. */
  type?: 'Normal' | 'Warning';
  repeats?: boolean;
}

/** `speaks` tells whether a node's kubelet is heard. */
export function createPodSteps(world: World, speaks: (node: string) => boolean): PodSteps {
  const { store } = world;

  function current(pod: RawPod): RawPod | null {
    const now = store.get('pods', keyOf(pod));
    return now && now.metadata.uid === pod.metadata.uid && !now.metadata.deletionTimestamp ? now : null;
  }

  return {
    current,
    later(delayMs, pod, step) {
      const holds = () => current(pod) === null || speaks(pod.spec.nodeName ?? '');
      const attempt = () => {
        const known = current(pod);
        if (known) step(known);
      };
      world.later(delayMs, attempt, holds);
    },
    note(about, said) {
      world.note({ ...said, about, kind: 'Pod', component: 'kubelet', host: about.spec.nodeName ?? '' });
    },
  };
}
