import type { WorkloadFault } from './fate.ts';
import { makeQuota } from './make-workload.ts';
import type { PodLife } from './pod-life.ts';
import { startPodRefusals } from './pod-refusals.ts';
import type { RawPod } from './raw-objects.ts';
import { startWorkloadController } from './workload-controller.ts';
import { createWorkloadFaults } from './workload-faults.ts';
import { putObjects, removeObjects } from './workload-objects.ts';
import { createWorkloadPods, type Installed, type WorkloadPods } from './workload-pods.ts';
import { quotas, type Workload } from './workloads.ts';
import type { World } from './world.ts';

/** The controllers: they keep for each workload the pods that it wants. */
export interface WorkloadLife {
  /** Installs workloads whose pods have been running for long; all of them fit on the nodes that are there. */
  furnish(workloads: readonly Workload[], createdAt: (workload: Workload) => number): void;
  /** Installs workloads from scratch. */
  install(workloads: readonly Workload[]): void;
  /** These are gone at once, with their pods, if they were there. */
  remove(workloads: readonly Workload[]): void;
  /** Forgets all: their objects are gone. */
  uninstall(): void;
  /** Every DaemonSet wants a pod here. */
  nodeAdded(node: string): void;
  /** Deletes a pod and starts its successor. */
  replace(pod: RawPod): void;
  /** Something is wrong with a workload until it is mended. Throws if there is no such. */
  fail(name: string, fault: WorkloadFault): void;
  /** Its owner mends it: new pods come up. Throws if there is no such. */
  mend(name: string): void;
  /** All are as they were installed, at once, on their usual nodes. */
  restore(): void;
}

// From the creation of a pod to its running.
const BRING_UP_MS = 5000;

export function createWorkloadLife(world: World, life: PodLife): WorkloadLife {
  const { store } = world;
  const controller = startWorkloadController(world);
  const refusals = startPodRefusals(world, controller);
  let installed: Installed[] = [];
  const pods = createWorkloadPods(world, life, refusals, (entry) => installed.includes(entry));
  const faults = createWorkloadFaults(world, life, pods, refusals);

  function add(workload: Workload, createdAt: number): Installed {
    const usual = putObjects(world, workload, createdAt);
    const entry: Installed = { workload, usual, next: usual, fate: null, ill: new Set() };
    installed.push(entry);
    return entry;
  }

  function replace(pod: RawPod): void {
    const uid = pod.metadata.ownerReferences?.[0]?.uid;
    const entry = installed.find(({ usual, next }) => usual.owner.uid === uid || next.owner.uid === uid);
    const kind = entry?.workload.kind;
    // A StatefulSet waits until the old pod has left; a ReplicaSet does not.
    life.end(pod, () => entry && kind === 'StatefulSet' && pods.startSomewhere(entry));
    if (entry && kind === 'Deployment') pods.startSomewhere(entry);
  }

  return {
    furnish(workloads, createdAt) {
      for (const workload of workloads) {
        const at = createdAt(workload);
        const entry = add(workload, at);
        for (const node of pods.nodesOf(entry)) {
          store.put('pods', withRestarts(pods.place(entry, node, at), workload.restarts ?? 0));
        }
        controller.settle(at + BRING_UP_MS);
      }
    },
    install(workloads) {
      for (const workload of workloads) startAll(world, pods, add(workload, world.now()));
    },
    remove(workloads) {
      const keys = new Set(workloads.map(keyOf));
      const going = installed.filter(({ workload }) => keys.has(keyOf(workload)));
      installed = installed.filter((entry) => !going.includes(entry));
      for (const entry of going) {
        faults.restore(entry);
        for (const pod of pods.of(entry)) life.remove(pod);
        removeObjects(world, entry.workload);
      }
    },
    uninstall() {
      // Whoever is refused stops asking.
      for (const entry of installed) entry.fate = null;
      installed = [];
    },
    nodeAdded(node) {
      for (const entry of installed) if (entry.workload.kind === 'DaemonSet') pods.startOn(entry, node);
    },
    replace,
    fail: (name, fault) => faults.fail(find(installed, name), fault),
    mend: (name) => faults.mend(find(installed, name)),
    restore() {
      for (const entry of installed) faults.restore(entry);
      controller.settle(world.now());
    },
  };
}

/** The first pods of what has just been installed. */
function startAll({ store }: World, pods: WorkloadPods, entry: Installed): void {
  if (entry.workload.kind !== 'DaemonSet') pods.startSomewhere(entry);
  else for (const { metadata } of store.list('nodes')) pods.startOn(entry, metadata.name);
}

function find(installed: readonly Installed[], name: string): Installed {
  const found = installed.find(({ workload }) => keyOf(workload) === name);
  if (!found) throw new Error(`the demo has no workload ${name}`);
  return found;
}

function keyOf({ namespace, name }: Workload): string {
  return `${namespace}/${name}`;
}

/** The quotas of the namespaces, which are as old as what they count. */
export function putQuotas({ store, random, now }: World): void {
  for (const quota of quotas) store.put('resourcequotas', makeQuota(quota, random, now() - BRING_UP_MS));
}

function withRestarts(pod: RawPod, restartCount: number): RawPod {
  const containerStatuses = (pod.status.containerStatuses ?? []).map((status) => ({ ...status, restartCount }));
  return { ...pod, status: { ...pod.status, containerStatuses } };
}
