import { makePod, type PodPlan } from './make-pod.ts';
import { keyOf } from './object-store.ts';
import { creating, fallen, restarted, running, succeeded, type PodAddresses } from './pod-phases.ts';
import { rawTime, type RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** Births, falls and deaths of pods. What a kubelet does waits until its node speaks. */
export interface PodLife {
  /** Creates a pod and brings it up within a few seconds. */
  start(plan: PodPlan, then?: (pod: RawPod) => void): void;
  /** A pod that has been running since then. */
  placed(plan: PodPlan, createdAt: number): RawPod;
  /** A job's pod that was done then. */
  placedDone(plan: PodPlan, createdAt: number, runsForMs: number): RawPod;
  finish(pod: RawPod): void;
  /** The container fails and is started again. */
  fall(pod: RawPod, exitCode: number): void;
  /** Deletes it with its grace period; `gone` is called when it has left. */
  end(pod: RawPod, gone: () => void): void;
}

const SCHEDULED_AFTER_MS = 300;
const PULL_MS = { low: 1500, high: 4000 };
const STOP_MS = { low: 1500, high: 5000 };
const GRACE_SECONDS = 30;

/** `speaks` tells whether a node's kubelet is heard. */
export function createPodLife(world: World, speaks: (node: string) => boolean): PodLife {
  const { store, random } = world;

  /** The pod as it is now, if it is still the same and not on its way out. */
  function current(pod: RawPod): RawPod | null {
    const now = store.get('pods', keyOf(pod));
    return now && now.metadata.uid === pod.metadata.uid && !now.metadata.deletionTimestamp ? now : null;
  }

  function later(delayMs: number, pod: RawPod, step: (pod: RawPod) => void): void {
    const holds = () => speaks(pod.spec.nodeName ?? '') || current(pod) === null;
    const attempt = () => {
      const known = current(pod);
      if (known) step(known);
    };
    world.later(delayMs, attempt, holds);
  }

  function note(about: RawPod, reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    const host = about.spec.nodeName ?? '';
    world.note({ about, kind: 'Pod', reason, message, component: 'kubelet', host, type });
  }

  function bringUp(pod: RawPod, at: PodAddresses, then: (pod: RawPod) => void): void {
    later(SCHEDULED_AFTER_MS, pod, (bound) => store.put('pods', creating(bound, at, world.now())));
    later(SCHEDULED_AFTER_MS + random.between(PULL_MS.low, PULL_MS.high), pod, (pulled) => {
      const up = store.put('pods', running(pulled, at, random, world.now()));
      const [container] = up.spec.containers;
      note(up, 'Pulled', `Container image "${container?.image}" already present on machine`);
      note(up, 'Created', `Container created`);
      note(up, 'Started', `Container started`);
      then(up);
    });
  }

  function placed(plan: PodPlan, createdAt: number): RawPod {
    const at = addressesOn(world, plan.node);
    const pod = creating(makePod(plan, random, createdAt), at, createdAt + 1000);
    return running(pod, at, random, createdAt + 4000);
  }

  return {
    placed,
    placedDone: (plan, createdAt, runsForMs) => succeeded(placed(plan, createdAt), createdAt + 4000 + runsForMs),
    start(plan, then = () => {}) {
      const pod = store.put('pods', makePod(plan, random, world.now()));
      const message = `Successfully assigned ${keyOf(pod)} to ${plan.node}`;
      world.note({ about: pod, kind: 'Pod', reason: 'Scheduled', message, component: 'default-scheduler' });
      bringUp(pod, addressesOn(world, plan.node), then);
    },
    finish: (pod) => later(0, pod, (done) => store.put('pods', succeeded(done, world.now()))),
    fall(pod, exitCode) {
      note(pod, 'Unhealthy', 'Liveness probe failed: context deadline exceeded', 'Warning');
      later(0, pod, (down) => store.put('pods', fallen(down, exitCode, world.now())));
      later(random.between(PULL_MS.low, PULL_MS.high), pod, (down) => {
        const up = store.put('pods', restarted(down, random, world.now()));
        note(up, 'Created', `Container created`);
        note(up, 'Started', `Container started`);
      });
    },
    end(pod, gone) {
      const known = current(pod);
      if (known) leave(world, speaks, known, gone);
    },
  };
}

function addressesOn({ store, random }: World, node: string): PodAddresses {
  const known = store.get('nodes', node);
  const hostIP = known?.status.addresses[0]?.address ?? '';
  const network = known?.spec.podCIDR ?? '10.42.0.0/24';
  return { hostIP, podIP: network.replace(/0\/24$/, String(random.between(2, 254))) };
}

/** Marks a pod for deletion and takes it away when its kubelet has stopped it, or its node is gone. */
function leave(world: World, speaks: (node: string) => boolean, pod: RawPod, gone: () => void): void {
  const { store, random } = world;
  const deletionTimestamp = rawTime(world.now() + GRACE_SECONDS * 1000);
  const deletion = { deletionTimestamp, deletionGracePeriodSeconds: GRACE_SECONDS };
  const leaving = store.put('pods', { ...pod, metadata: { ...pod.metadata, ...deletion } });
  const node = pod.spec.nodeName ?? '';
  const lets = () => speaks(node) || store.get('nodes', node) === undefined;
  const take = () => {
    if (store.get('pods', keyOf(leaving))?.metadata.uid !== leaving.metadata.uid) return;
    store.remove('pods', keyOf(leaving));
    gone();
  };
  world.later(random.between(STOP_MS.low, STOP_MS.high), take, lets);
}
