import { befallsRunning, type Fate, type WorkloadFault } from './fate.ts';
import type { PodLife } from './pod-life.ts';
import type { PodRefusals } from './pod-refusals.ts';
import type { RawPod } from './raw-objects.ts';
import { rollBack, rollOut } from './workload-objects.ts';
import type { Installed, WorkloadPods } from './workload-pods.ts';
import { isReady } from './workload-status.ts';
import type { World } from './world.ts';

/** What goes wrong with one workload at a time, and its mending. */
export interface WorkloadFaults {
  /** Something is wrong with it until it is mended; what was wrong before is over. */
  fail(entry: Installed, fault: WorkloadFault): void;
  /** Its owner mends it: new pods come up. */
  mend(entry: Installed): void;
  /** It is as it was installed, at once, on its usual nodes. */
  restore(entry: Installed): void;
}

// A pod that is put there running was created so long ago.
const PLACED_AGO_MS = 5000;

export function createWorkloadFaults(
  world: World,
  life: PodLife,
  pods: WorkloadPods,
  refusals: PodRefusals,
): WorkloadFaults {
  /** Takes back what was done to it. Returns the nodes that lack a pod of it. */
  function heal(entry: Installed): string[] {
    rollBack(world, entry.workload, entry.usual, entry.next);
    if (entry.fate?.is === 'refused') refusals.end(entry);
    const lacking = new Set(pods.nodesOf(entry));
    for (const pod of pods.of(entry)) {
      if (!isUsual(entry, pod) || !lacking.delete(pod.spec.nodeName ?? '')) life.remove(pod);
    }
    entry.next = entry.usual;
    entry.fate = null;
    entry.ill.clear();
    return [...lacking];
  }

  function restore(entry: Installed): void {
    for (const node of heal(entry)) pods.place(entry, node, world.now() - PLACED_AGO_MS);
  }

  function befallRunning(entry: Installed, fate: Fate): void {
    for (const pod of pods.of(entry)) {
      const victim = fate.is === 'restarted' ? madeAnew(entry, pod, fate.madeAgoMs) : pod;
      entry.ill.add(victim.metadata.uid);
      life.befall(victim, fate);
    }
  }

  function exchange(entry: Installed, pod: RawPod): void {
    life.remove(pod);
    pods.startSomewhere(entry);
  }

  function madeAnew(entry: Installed, pod: RawPod, agoMs: number): RawPod {
    life.remove(pod);
    return pods.place(entry, pod.spec.nodeName ?? '', world.now() - agoMs);
  }

  return {
    fail(entry, { template, fate }) {
      restore(entry);
      if (!template && befallsRunning(fate)) return befallRunning(entry, fate);
      const old = pods.of(entry);
      entry.fate = fate;
      if (template) entry.next = rollOut(world, entry.workload, entry.usual, template);
      const isRolling = template !== undefined && entry.workload.kind === 'Deployment' && !entry.workload.recreate;
      if (isRolling) for (const { spec } of old) pods.startOn(entry, spec.nodeName ?? '');
      // Who takes a pod away by force does not wait for the node on which it was.
      else if (fate.is === 'unattached') for (const pod of old) exchange(entry, pod);
      // What cannot run side by side with its successor goes first.
      else for (const pod of old) life.end(pod, () => pods.startSomewhere(entry));
    },
    mend(entry) {
      for (const node of heal(entry)) pods.startOn(entry, node);
    },
    restore,
  };
}

/** Whether a pod is as all pods of its workload are when all is well. */
function isUsual({ usual, ill }: Installed, pod: RawPod): boolean {
  const { uid, deletionTimestamp, ownerReferences } = pod.metadata;
  return isReady(pod) && !deletionTimestamp && !ill.has(uid) && ownerReferences?.[0]?.uid === usual.owner.uid;
}
