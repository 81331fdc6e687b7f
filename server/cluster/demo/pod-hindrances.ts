import { longerBackOff } from './back-off-words.ts';
import type { PodSteps } from './pod-steps.ts';
import { waiting } from './pod-troubles.ts';
import type { RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** What keeps pods from running or from being ready, told by kubelets again and again. */
export interface PodHindrances {
  /** `why` is what the container runtime says. */
  pull(pod: RawPod, why: string): void;
  configure(pod: RawPod, message: string): void;
  mount(pod: RawPod, message: string): void;
  /** Told by the controller that attaches volumes, and by the kubelet that waits for it. */
  attach(pod: RawPod, message: string): void;
  probe(pod: RawPod, message: string): void;
}

const PULL_FAILS_AFTER_MS = 1500;
const ERR_IMAGE_PULL_STAYS_MS = 11_000;
const FIRST_PULL_BACK_OFF_MS = 10_000;
const SYNC_MS = 12_000;
const PROBE_EVERY_MS = 10_000;
const FIRST_MOUNT_RETRY_MS = 1000;
const ATTACH_AGAIN_MS = 30_000;
const LONGEST_MOUNT_RETRY_MS = 122_000;

export function createPodHindrances(world: World, { later, note }: PodSteps): PodHindrances {
  const { store, now } = world;
  const warn = (pod: RawPod, reason: string, message: string) =>
    note(pod, { reason, message, type: 'Warning', repeats: true });
  const wait = (pod: RawPod, reason: string, message: string) =>
    store.put('pods', waiting(pod, reason, message, now()));

  function pull(pod: RawPod, why: string, backOffMs: number): void {
    const image = pod.spec.containers[0]?.image ?? '';
    note(pod, { reason: 'Pulling', message: `Pulling image "${image}"`, repeats: true });
    later(PULL_FAILS_AFTER_MS, pod, (known) => {
      const failed = wait(known, 'ErrImagePull', why);
      warn(failed, 'Failed', `Failed to pull image "${image}": ${why}`);
      warn(failed, 'Failed', 'Error: ErrImagePull');
      later(ERR_IMAGE_PULL_STAYS_MS, failed, (still) => {
        const told = `Back-off pulling image "${image}"`;
        const off = wait(still, 'ImagePullBackOff', `${told}: ErrImagePull: ${why}`);
        note(off, { reason: 'BackOff', message: told, repeats: true });
        warn(off, 'Failed', 'Error: ImagePullBackOff');
        later(backOffMs, off, (again) => pull(again, why, longerBackOff(backOffMs)));
      });
    });
  }

  function configure(pod: RawPod, message: string): void {
    const failed = wait(pod, 'CreateContainerConfigError', message);
    warn(failed, 'Failed', `Error: ${message}`);
    later(SYNC_MS, failed, (again) => configure(again, message));
  }

  function mount(pod: RawPod, message: string, pauseMs: number): void {
    warn(pod, 'FailedMount', message);
    later(pauseMs, pod, (again) => mount(again, message, Math.min(pauseMs * 2, LONGEST_MOUNT_RETRY_MS)));
  }

  function attach(pod: RawPod, message: string): void {
    const said = { reason: 'FailedAttachVolume', component: 'attachdetach-controller', type: 'Warning' } as const;
    world.note({ ...said, about: pod, kind: 'Pod', message, repeats: true });
    later(ATTACH_AGAIN_MS, pod, (again) => attach(again, message));
  }

  function probe(pod: RawPod, message: string): void {
    warn(pod, 'Unhealthy', message);
    later(PROBE_EVERY_MS, pod, (again) => probe(again, message));
  }

  return {
    pull: (pod, why) => pull(pod, why, FIRST_PULL_BACK_OFF_MS),
    configure,
    attach,
    mount: (pod, message) => mount(pod, message, FIRST_MOUNT_RETRY_MS),
    probe,
  };
}
