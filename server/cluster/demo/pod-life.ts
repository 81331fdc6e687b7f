import { befallsRunning, type Fate } from './fate.ts';
import { makePod, type PodPlan } from './make-pod.ts';
import { keyOf } from './object-store.ts';
import { createPodFates } from './pod-fates.ts';
import { creating, fallen, restarted, running, succeeded, type ContainerEnd, type PodAddresses } from './pod-phases.ts';
import { createPodSteps, type PodSteps } from './pod-steps.ts';
import { rawTime, type RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

/** What happens to a new pod besides the usual. */
export interface Birth {
  /** Called when it runs. */
  then?: (pod: RawPod) => void;
  fate?: Fate;
}

/** Births, falls and deaths of pods. What a kubelet does waits until its node speaks. */
export interface PodLife {
  /** Creates a pod and brings it up within a few seconds, if its fate allows. */
  start(plan: PodPlan, birth?: Birth): RawPod;
  /** A pod that has been running since then. */
  placed(plan: PodPlan, createdAt: number): RawPod;
  /** A job's pod that was done then. */
  placedDone(plan: PodPlan, createdAt: number, runsForMs: number): RawPod;
  finish(pod: RawPod): void;
  /** The container fails and is started again. */
  fall(pod: RawPod, end: ContainerEnd): void;
  /** Its node was rebooted: its container was gone, and is started again. */
  reboot(pod: RawPod): void;
  /** Befalls a pod that runs. */
  befall(pod: RawPod, fate: Fate): void;
  /** Deletes it with its grace period; `gone` is called when it has left. */
  end(pod: RawPod, gone: () => void): void;
  /** Takes it away at once, whoever would have to agree. */
  remove(pod: RawPod): void;
}

const SCHEDULED_AFTER_MS = 300;
const PULL_MS = { low: 1500, high: 4000 };
const STOP_MS = { low: 1500, high: 5000 };
const GRACE_SECONDS = 30;

/** `speaks` tells whether a node's kubelet is heard. */
export function createPodLife(world: World, speaks: (node: string) => boolean): PodLife {
  const { store, random } = world;
  const steps = createPodSteps(world, speaks);
  const fates = createPodFates(world, steps);
  const { later, note } = steps;

  function bringUp(pod: RawPod, at: PodAddresses, { fate, then = () => {} }: Birth): void {
    later(SCHEDULED_AFTER_MS, pod, (bound) => {
      const taken = store.put('pods', creating(bound, at, world.now()));
      if (fate && !befallsRunning(fate)) fates.befall(taken, fate);
    });
    if (fate && !befallsRunning(fate)) return;
    later(SCHEDULED_AFTER_MS + random.between(PULL_MS.low, PULL_MS.high), pod, (pulled) => {
      const up = store.put('pods', running(pulled, at, random, world.now()));
      const [container] = up.spec.containers;
      note(up, { reason: 'Pulled', message: `Container image "${container?.image}" already present on machine` });
      tellUp(steps, up);
      if (fate) fates.befall(up, fate);
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
    start(plan, birth = {}) {
      const pod = store.put('pods', makePod(plan, random, world.now()));
      if (birth.fate?.is === 'unscheduled') {
        fates.befall(pod, birth.fate);
        return pod;
      }
      const message = `Successfully assigned ${keyOf(pod)} to ${plan.node}`;
      world.note({ about: pod, kind: 'Pod', reason: 'Scheduled', message, component: 'default-scheduler' });
      bringUp(pod, addressesOn(world, plan.node), birth);
      return pod;
    },
    finish: (pod) => later(0, pod, (done) => store.put('pods', succeeded(done, world.now()))),
    fall: (pod, end) => fall(world, steps, pod, end),
    reboot(pod) {
      if (pod.status.phase !== 'Running') return;
      steps.later(random.between(STOP_MS.low, STOP_MS.high), pod, (known) => {
        if (known.status.phase !== 'Running') return;
        const gone = fallen(known, { exitCode: 255, reason: 'Unknown' }, world.now());
        tellUp(steps, store.put('pods', restarted(gone, random, world.now())));
      });
    },
    befall: fates.befall,
    end(pod, gone) {
      const known = steps.current(pod);
      if (known) leave(world, speaks, known, gone);
    },
    remove: (pod) => store.remove('pods', keyOf(pod)),
  };
}

function tellUp({ note }: PodSteps, up: RawPod): void {
  note(up, { reason: 'Created', message: 'Container created' });
  note(up, { reason: 'Started', message: 'Container started' });
}

function fall(world: World, steps: PodSteps, pod: RawPod, end: ContainerEnd): void {
  const { store, random, logs, now } = world;
  const message = 'Liveness probe failed: context deadline exceeded';
  steps.note(pod, { reason: 'Unhealthy', message, type: 'Warning' });
  steps.later(0, pod, (down) => {
    const fell = store.put('pods', fallen(down, end, now()));
    logs.keep(fell, ['{at} no answer within 5 s'], now());
  });
  steps.later(random.between(PULL_MS.low, PULL_MS.high), pod, (down) => {
    tellUp(steps, store.put('pods', restarted(down, random, now())));
  });
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
