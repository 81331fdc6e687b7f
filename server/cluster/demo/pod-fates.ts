import type { Fate } from './fate.ts';
import { fallen, restarted } from './pod-phases.ts';
import type { PodSteps } from './pod-steps.ts';
import { fallenBefore, heldBack, unready, unscheduled, waiting, withoutSandbox } from './pod-troubles.ts';
import type { RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** What goes wrong with pods, step by step as kubelets tell it. It ends with the pod. */
export interface PodFates {
  /** Befalls a pod: one that runs, or one that a kubelet has just taken over, as the fate wants it. */
  befall(pod: RawPod, fate: Fate): void;
}

const SECOND_MS = 1000;
const RUNS_FOR_MS = SECOND_MS;
// The kubelet's back-off: doubled each time, up to 5 min.
const FIRST_BACK_OFF_MS = 10 * SECOND_MS;
const LONGEST_BACK_OFF_MS = 300 * SECOND_MS;
// The status says CrashLoopBackOff only when the kubelet looks at the pod again, and at the first restarts not at all.
const LOOKS_AGAIN_MS = 10 * SECOND_MS;
const FIRST_TOLD_BACK_OFF_MS = 40 * SECOND_MS;
const PULL_FAILS_AFTER_MS = 1500;
const ERR_IMAGE_PULL_STAYS_MS = 11 * SECOND_MS;
const SYNC_MS = 12 * SECOND_MS;
const PROBE_EVERY_MS = 10 * SECOND_MS;
const RESTART_TAKES_MS = 2 * SECOND_MS;
// Longer than the 30 s of grace and the 2 min that a wall waits.
const DELETED_AGO_MS = 300 * SECOND_MS;

export function createPodFates(world: World, { later, note }: PodSteps): PodFates {
  const { store, random, now } = world;
  const put = (pod: RawPod) => store.put('pods', pod);

  function crash(pod: RawPod, fate: Fate & { is: 'crashing' }, backOffMs: number): void {
    const { exitCode, reason, log } = fate;
    const down = put(fallen(pod, { exitCode, reason }, now()));
    world.logs.keep(down, log, now());
    const container = down.spec.containers[0]?.name ?? '';
    const { name, namespace, uid } = down.metadata;
    const whole = `${name}_${namespace}(${uid})`;
    const told = `back-off ${spelled(backOffMs)} restarting failed container=${container} pod=${whole}`;
    if (backOffMs >= FIRST_TOLD_BACK_OFF_MS) {
      later(LOOKS_AGAIN_MS, down, (still) => put(waiting(still, 'CrashLoopBackOff', told, now())));
    }
    const message = `Back-off restarting failed container ${container} in pod ${whole}`;
    note(down, { reason: 'BackOff', message, type: 'Warning', repeats: true });
    later(backOffMs, down, (again) => {
      const up = put(restarted(again, random, now()));
      later(RUNS_FOR_MS, up, (ran) => crash(ran, fate, longer(backOffMs)));
    });
  }

  /** The first fall is followed by a restart at once. */
  function beginCrashing(pod: RawPod, fate: Fate & { is: 'crashing' }): void {
    const down = put(fallen(pod, fate, now()));
    world.logs.keep(down, fate.log, now());
    later(RUNS_FOR_MS, down, (again) => {
      const up = put(restarted(again, random, now()));
      later(RUNS_FOR_MS, up, (ran) => crash(ran, fate, FIRST_BACK_OFF_MS));
    });
  }

  function restart(pod: RawPod, fate: Fate & { is: 'restarting' }): void {
    const container = pod.spec.containers[0]?.name ?? '';
    note(pod, { reason: 'Unhealthy', message: fate.message, type: 'Warning', repeats: true });
    const killing = `Container ${container} failed liveness probe, will be restarted`;
    note(pod, { reason: 'Killing', message: killing, repeats: true });
    const down = put(fallen(pod, { exitCode: 137, reason: 'Error' }, now()));
    world.logs.keep(down, ['{at} no answer within 5 s'], now());
    later(RESTART_TAKES_MS, down, (again) => {
      const up = put(restarted(again, random, now()));
      later(fate.everyMs - RESTART_TAKES_MS, up, (ran) => restart(ran, fate));
    });
  }

  function failToPull(pod: RawPod, fate: Fate & { is: 'unpulled' }, backOffMs: number): void {
    const image = pod.spec.containers[0]?.image ?? '';
    note(pod, { reason: 'Pulling', message: `Pulling image "${image}"`, repeats: true });
    later(PULL_FAILS_AFTER_MS, pod, (known) => {
      const failed = put(waiting(known, 'ErrImagePull', fate.why, now()));
      const warning = { reason: 'Failed', type: 'Warning', repeats: true } as const;
      note(failed, { ...warning, message: `Failed to pull image "${image}": ${fate.why}` });
      note(failed, { ...warning, message: 'Error: ErrImagePull' });
      later(ERR_IMAGE_PULL_STAYS_MS, failed, (still) => {
        const told = `Back-off pulling image "${image}": ErrImagePull: ${fate.why}`;
        const off = put(waiting(still, 'ImagePullBackOff', told, now()));
        note(off, { reason: 'BackOff', message: `Back-off pulling image "${image}"`, repeats: true });
        note(off, { ...warning, message: 'Error: ImagePullBackOff' });
        later(backOffMs, off, (again) => failToPull(again, fate, longer(backOffMs)));
      });
    });
  }

  function failToConfigure(pod: RawPod, message: string): void {
    const failed = put(waiting(pod, 'CreateContainerConfigError', message, now()));
    note(failed, { reason: 'Failed', message: `Error: ${message}`, type: 'Warning', repeats: true });
    later(SYNC_MS, failed, (again) => failToConfigure(again, message));
  }

  function failToMount(pod: RawPod, message: string, pauseMs: number): void {
    note(pod, { reason: 'FailedMount', message, type: 'Warning', repeats: true });
    later(pauseMs, pod, (again) => failToMount(again, message, Math.min(pauseMs * 2, 122 * SECOND_MS)));
  }

  function failProbe(pod: RawPod, message: string): void {
    note(pod, { reason: 'Unhealthy', message, type: 'Warning', repeats: true });
    later(PROBE_EVERY_MS, pod, (again) => failProbe(again, message));
  }

  return {
    befall(pod, fate) {
      switch (fate.is) {
        case 'crashing':
          return beginCrashing(pod, fate);
        case 'restarting':
          return restart(pod, fate);
        case 'restarted':
          return void put(fallenBefore(pod, fate.times, fate.madeAgoMs / (fate.times + 1), now()));
        case 'unpulled':
          return failToPull(pod, fate, FIRST_BACK_OFF_MS);
        case 'unconfigured':
          return failToConfigure(pod, fate.message);
        case 'unmounted':
          return failToMount(put(withoutSandbox(pod, now())), fate.message, SECOND_MS);
        case 'unready':
          return failProbe(put(unready(pod, now())), fate.message);
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

function longer(backOffMs: number): number {
  return Math.min(backOffMs * 2, LONGEST_BACK_OFF_MS);
}

/** As Go writes durations: `10s`, `1m20s`. */
function spelled(durationMs: number): string {
  const seconds = durationMs / SECOND_MS;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
