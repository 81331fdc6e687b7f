import { longerBackOff, spelledBackOff } from './back-off-words.ts';
import type { Fate } from './fate.ts';
import { fallen, restarted } from './pod-phases.ts';
import type { PodSteps } from './pod-steps.ts';
import { waiting } from './pod-troubles.ts';
import type { RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** Containers that end though they should go on. */
export interface PodCrashes {
  crash(pod: RawPod, fate: Fate & { is: 'crashing' }): void;
  restart(pod: RawPod, fate: Fate & { is: 'restarting' }): void;
}

const RUNS_FOR_MS = 1000;
const FIRST_BACK_OFF_MS = 10_000;
// The status says CrashLoopBackOff only when the kubelet looks at the pod again, and at the first restarts not at all.
const LOOKS_AGAIN_MS = 10_000;
const FIRST_TOLD_BACK_OFF_MS = 40_000;
const RESTART_TAKES_MS = 2000;

export function createPodCrashes(world: World, { later, note }: PodSteps): PodCrashes {
  const { random, now } = world;
  const put = (pod: RawPod) => world.store.put('pods', pod);

  function fall(pod: RawPod, fate: Fate & { is: 'crashing' }): RawPod {
    const down = put(fallen(pod, { exitCode: fate.exitCode, reason: fate.reason }, now()));
    world.logs.keep(down, fate.log, now());
    return down;
  }

  /** Runs again after a while, and soon falls again. */
  function runAgain(down: RawPod, afterMs: number, then: (pod: RawPod) => void): void {
    later(afterMs, down, (again) => later(RUNS_FOR_MS, put(restarted(again, random, now())), then));
  }

  function crashOn(pod: RawPod, fate: Fate & { is: 'crashing' }, backOffMs: number): void {
    const down = fall(pod, fate);
    const container = down.spec.containers[0]?.name ?? '';
    const { name, namespace, uid } = down.metadata;
    const whole = `${name}_${namespace}(${uid})`;
    const told = `back-off ${spelledBackOff(backOffMs)} restarting failed container=${container} pod=${whole}`;
    if (backOffMs >= FIRST_TOLD_BACK_OFF_MS) {
      later(LOOKS_AGAIN_MS, down, (still) => put(waiting(still, 'CrashLoopBackOff', told, now())));
    }
    const message = `Back-off restarting failed container ${container} in pod ${whole}`;
    note(down, { reason: 'BackOff', message, type: 'Warning', repeats: true });
    runAgain(down, backOffMs, (ran) => crashOn(ran, fate, longerBackOff(backOffMs)));
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

  return {
    // The first fall is followed by a restart at once.
    crash: (pod, fate) => runAgain(fall(pod, fate), RUNS_FOR_MS, (ran) => crashOn(ran, fate, FIRST_BACK_OFF_MS)),
    restart,
  };
}
