import { befallsRunning, type Fate, type WorkloadFault } from './fate.ts';
import { planPod, type Revision } from './make-pod.ts';
import { makeQuota, replicasOf } from './make-workload.ts';
import type { PodLife } from './pod-life.ts';
import { startQuotaRefusals } from './quota-refusals.ts';
import type { RawPod } from './raw-objects.ts';
import { chooseNode } from './scheduler.ts';
import { startWorkloadController } from './workload-controller.ts';
import { putObjects, rollBack, rollOut } from './workload-objects.ts';
import { isReady } from './workload-status.ts';
import { quotas, type Workload } from './workloads.ts';
import type { World } from './world.ts';

/** A workload as it is installed. */
export interface Installed {
  readonly workload: Workload;
  /** Of the pods that it has when all is well. */
  readonly usual: Revision;
  /** Of the pods to come. */
  next: Revision;
  /** What befalls the pods to come. */
  fate: Fate | null;
  /** UIDs of pods that something has befallen. */
  readonly ill: Set<string>;
}

/** The controllers: they keep for each workload the pods that it wants. */
export interface WorkloadLife {
  /** Installs workloads whose pods have been running for long; all of them fit on the nodes that are there. */
  furnish(workloads: readonly Workload[], createdAt: (workload: Workload) => number): void;
  /** Installs workloads from scratch. */
  install(workloads: readonly Workload[]): void;
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

const NO_NODE_AGAIN_MS = 10_000;
// A pod that is put there running was created so long ago.
const PLACED_AGO_MS = 5000;

export function createWorkloadLife(world: World, pods: PodLife): WorkloadLife {
  const { store, random } = world;
  const controller = startWorkloadController(world);
  const refusals = startQuotaRefusals(world, controller);
  let installed: Installed[] = [];

  function add(workload: Workload, createdAt: number): Installed {
    const usual = putObjects(world, workload, createdAt);
    const entry: Installed = { workload, usual, next: usual, fate: null, ill: new Set() };
    installed.push(entry);
    return entry;
  }

  function find(name: string): Installed {
    const found = installed.find(({ workload }) => `${workload.namespace}/${workload.name}` === name);
    if (!found) throw new Error(`the demo has no workload ${name}`);
    return found;
  }

  const podsOf = ({ usual, next }: Installed): RawPod[] =>
    store.list('pods').filter(({ metadata }) => {
      const uid = metadata.ownerReferences?.[0]?.uid;
      return uid === usual.owner.uid || uid === next.owner.uid;
    });

  const nodesOf = ({ workload }: Installed): readonly string[] =>
    workload.on ?? store.list('nodes').map(({ metadata }) => metadata.name);

  function startOn(entry: Installed, node: string): void {
    const { workload, next, fate } = entry;
    if (fate?.is === 'refused') return refusals.begin(entry, fate);
    const pod = pods.start(planPod(workload, next, node, random), fate ? { fate } : {});
    if (fate) entry.ill.add(pod.metadata.uid);
  }

  /** Waits for a node that can take it. */
  function startSomewhere(entry: Installed): void {
    const present = podsOf(entry).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (!installed.includes(entry) || present.length >= replicasOf(entry.workload)) return;
    const node = chooseNode(store, entry.workload.on?.[0]);
    if (node !== null) startOn(entry, node);
    else world.later(NO_NODE_AGAIN_MS, () => startSomewhere(entry));
  }

  function placeOn({ workload, usual }: Installed, node: string, createdAt: number): RawPod {
    return store.put('pods', pods.placed(planPod(workload, usual, node, random), createdAt));
  }

  /** Takes back what was done to it. Returns the nodes that lack a pod of it. */
  function heal(entry: Installed): string[] {
    rollBack(world, entry.workload, entry.usual, entry.next);
    if (entry.fate?.is === 'refused') refusals.end(entry);
    const lacking = new Set(nodesOf(entry));
    for (const pod of podsOf(entry)) {
      const isOfUse = isReady(pod) && !pod.metadata.deletionTimestamp && !entry.ill.has(pod.metadata.uid);
      const isUsual = pod.metadata.ownerReferences?.[0]?.uid === entry.usual.owner.uid;
      if (!isOfUse || !isUsual || !lacking.delete(pod.spec.nodeName ?? '')) pods.remove(pod);
    }
    entry.next = entry.usual;
    entry.fate = null;
    entry.ill.clear();
    return [...lacking];
  }

  function madeAnew(entry: Installed, pod: RawPod, agoMs: number): RawPod {
    pods.remove(pod);
    return placeOn(entry, pod.spec.nodeName ?? '', world.now() - agoMs);
  }

  function befallRunning(entry: Installed, fate: Fate): void {
    for (const pod of podsOf(entry)) {
      const victim = fate.is === 'restarted' ? madeAnew(entry, pod, fate.madeAgoMs) : pod;
      entry.ill.add(victim.metadata.uid);
      pods.befall(victim, fate);
    }
  }

  return {
    furnish(workloads, createdAt) {
      for (const workload of workloads) {
        const at = createdAt(workload);
        const entry = add(workload, at);
        for (const node of nodesOf(entry)) {
          store.put('pods', withRestarts(placeOn(entry, node, at), workload.restarts ?? 0));
        }
        controller.settle(at + PLACED_AGO_MS);
      }
      for (const quota of quotas) store.put('resourcequotas', makeQuota(quota, random, world.now() - PLACED_AGO_MS));
      controller.settle(world.now());
    },
    install(workloads) {
      for (const workload of workloads) {
        const entry = add(workload, world.now());
        if (workload.kind !== 'DaemonSet') startSomewhere(entry);
        else for (const { metadata } of store.list('nodes')) startOn(entry, metadata.name);
      }
    },
    uninstall() {
      for (const entry of installed) entry.fate = null;
      installed = [];
    },
    nodeAdded(node) {
      for (const entry of installed) if (entry.workload.kind === 'DaemonSet') startOn(entry, node);
    },
    replace(pod) {
      const uid = pod.metadata.ownerReferences?.[0]?.uid;
      const entry = installed.find(({ usual, next }) => usual.owner.uid === uid || next.owner.uid === uid);
      const successor = () => {
        if (entry && entry.workload.kind !== 'DaemonSet') startSomewhere(entry);
      };
      // A StatefulSet waits until the old pod has left; a ReplicaSet does not.
      const atOnce = entry?.workload.kind === 'Deployment';
      pods.end(pod, atOnce ? () => {} : successor);
      if (atOnce) successor();
    },
    fail(name, { template, fate }) {
      const entry = find(name);
      for (const node of heal(entry)) placeOn(entry, node, world.now() - PLACED_AGO_MS);
      if (!template && befallsRunning(fate)) return befallRunning(entry, fate);
      const old = podsOf(entry);
      entry.fate = fate;
      if (template) entry.next = rollOut(world, entry.workload, entry.usual, template);
      const isRolling = template !== undefined && entry.workload.kind === 'Deployment' && !entry.workload.recreate;
      if (isRolling) for (const { spec } of old) startOn(entry, spec.nodeName ?? '');
      // What cannot run side by side with its successor goes first.
      else for (const pod of old) pods.end(pod, () => startSomewhere(entry));
    },
    mend(name) {
      const entry = find(name);
      for (const node of heal(entry)) startOn(entry, node);
    },
    restore() {
      for (const entry of installed) {
        for (const node of heal(entry)) placeOn(entry, node, world.now() - PLACED_AGO_MS);
      }
      controller.settle(world.now());
    },
  };
}

function withRestarts(pod: RawPod, restartCount: number): RawPod {
  const containerStatuses = (pod.status.containerStatuses ?? []).map((status) => ({ ...status, restartCount }));
  return { ...pod, status: { ...pod.status, containerStatuses } };
}
