import type { Fate } from './fate.ts';
import { planPod, type Revision } from './make-pod.ts';
import { replicasOf } from './make-workload.ts';
import type { PodLife } from './pod-life.ts';
import type { PodRefusals } from './pod-refusals.ts';
import type { RawPod } from './raw-objects.ts';
import { chooseNode } from './scheduler.ts';
import type { Workload } from './workloads.ts';
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

/** The pods of workloads: where they are and how they come. */
export interface WorkloadPods {
  of(entry: Installed): RawPod[];
  /** Where they are to run. */
  nodesOf(entry: Installed): readonly string[];
  startOn(entry: Installed, node: string): void;
  /** Starts one that is missing, as soon as a node can take it. */
  startSomewhere(entry: Installed): void;
  /** Puts one that has been running since soon after it was created. */
  place(entry: Installed, node: string, createdAt: number): RawPod;
}

const NO_NODE_AGAIN_MS = 10_000;

/** `isInstalled` tells whether a workload is still there. */
export function createWorkloadPods(
  world: World,
  pods: PodLife,
  refusals: PodRefusals,
  isInstalled: (entry: Installed) => boolean,
): WorkloadPods {
  const { store, random } = world;

  function of({ usual, next }: Installed): RawPod[] {
    return store.list('pods').filter(({ metadata }) => {
      const uid = metadata.ownerReferences?.[0]?.uid;
      return uid === usual.owner.uid || uid === next.owner.uid;
    });
  }

  function startOn(entry: Installed, node: string): void {
    const { workload, next, fate } = entry;
    if (fate?.is === 'refused') return refusals.begin(entry, fate);
    const pod = pods.start(planPod(workload, next, node, random), fate ? { fate } : {});
    if (fate) entry.ill.add(pod.metadata.uid);
  }

  function startSomewhere(entry: Installed): void {
    const present = of(entry).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (!isInstalled(entry) || present.length >= replicasOf(entry.workload)) return;
    const taken = new Set(present.map(({ spec }) => spec.nodeName));
    const usual = entry.workload.on?.find((name) => !taken.has(name));
    const node = chooseNode(store, usual ?? entry.workload.on?.[0]);
    if (node !== null) startOn(entry, node);
    else world.later(NO_NODE_AGAIN_MS, () => startSomewhere(entry));
  }

  return {
    of,
    startOn,
    startSomewhere,
    nodesOf: ({ workload }) => workload.on ?? store.list('nodes').map(({ metadata }) => metadata.name),
    place({ workload, usual }, node, createdAt) {
      return store.put('pods', pods.placed(planPod(workload, usual, node, random), createdAt));
    },
  };
}
