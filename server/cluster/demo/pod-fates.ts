import type { Fate } from './fate.ts';
import { createPodCrashes } from './pod-crashes.ts';
import { createPodHindrances } from './pod-hindrances.ts';
import type { PodSteps } from './pod-steps.ts';
import { fallenBefore, heldBack, unready, unscheduled, withoutSandbox } from './pod-troubles.ts';
import type { RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** What goes wrong with pods, step by step as kubelets tell it. It ends with the pod. */
export interface PodFates {
  /** Befalls a pod: one that runs, or one that a kubelet has just taken over, as the fate wants it. */
  befall(pod: RawPod, fate: Fate): void;
}

// Longer than the 30 s of grace and the 2 min that a wall waits.
const DELETED_AGO_MS = 300_000;

export function createPodFates(world: World, steps: PodSteps): PodFates {
  const { store, now } = world;
  const { crash, restart } = createPodCrashes(world, steps);
  const { pull, configure, mount, attach, probe } = createPodHindrances(world, steps);
  const put = (pod: RawPod) => store.put('pods', pod);

  return {
    befall(pod, fate) {
      switch (fate.is) {
        case 'crashing':
          return crash(pod, fate);
        case 'restarting':
          return restart(pod, fate);
        case 'restarted':
          return void put(fallenBefore(pod, fate.times, fate.madeAgoMs / (fate.times + 1), now()));
        case 'unpulled':
          return pull(pod, fate.why);
        case 'unconfigured':
          return configure(pod, fate.message);
        case 'unmounted':
          return mount(put(withoutSandbox(pod, now())), fate.message);
        case 'unattached':
          return attach(put(withoutSandbox(pod, now())), fate.message);
        case 'unready':
          return probe(put(unready(pod, now())), fate.message);
        case 'stuck':
          return void put(heldBack(pod, fate.finalizer, now() - DELETED_AGO_MS));
        case 'unscheduled':
          return failToSchedule(world, put(unscheduled(pod, fate.message, now())), fate.message);
        case 'refused':
          throw new Error('a pod that is there was not refused');
      }
    },
  };
}

function failToSchedule(world: World, about: RawPod, message: string): void {
  const component = 'default-scheduler';
  world.note({ about, kind: 'Pod', reason: 'FailedScheduling', message, component, type: 'Warning', repeats: true });
}
