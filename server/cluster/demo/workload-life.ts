import { planPod } from './make-pod.ts';
import type { PodLife } from './pod-life.ts';
import type { Random } from './random.ts';
import type { OwnerReference, RawPod } from './raw-objects.ts';
import { chooseNode } from './scheduler.ts';
import type { Workload } from './workloads.ts';
import type { World } from './world.ts';

/** A workload with the object that owns its pods. */
interface Installed {
  workload: Workload;
  owner: OwnerReference;
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
}

const NO_NODE_AGAIN_MS = 10_000;

export function createWorkloadLife(world: World, pods: PodLife): WorkloadLife {
  const { store, random } = world;
  let installed: Installed[] = [];

  function add(workload: Workload): Installed {
    const entry = { workload, owner: ownerOf(workload, random) };
    installed.push(entry);
    return entry;
  }

  function startOn({ workload, owner }: Installed, node: string): void {
    pods.start(planPod(workload, owner, node, random));
  }

  /** Waits for a node that can take it. */
  function startSomewhere(entry: Installed): void {
    if (!installed.includes(entry)) return;
    const node = chooseNode(store, entry.workload.on?.[0]);
    if (node !== null) startOn(entry, node);
    else world.later(NO_NODE_AGAIN_MS, () => startSomewhere(entry));
  }

  return {
    furnish(workloads, createdAt) {
      const nodes = store.list('nodes').map(({ metadata }) => metadata.name);
      for (const workload of workloads) {
        const { owner } = add(workload);
        for (const node of workload.on ?? nodes) {
          const pod = pods.placed(planPod(workload, owner, node, random), createdAt(workload));
          store.put('pods', withRestarts(pod, workload.restarts ?? 0));
        }
      }
    },
    install(workloads) {
      for (const workload of workloads) {
        const entry = add(workload);
        if (workload.kind !== 'DaemonSet') startSomewhere(entry);
        else for (const { metadata } of store.list('nodes')) startOn(entry, metadata.name);
      }
    },
    uninstall() {
      installed = [];
    },
    nodeAdded(node) {
      for (const entry of installed) if (entry.workload.kind === 'DaemonSet') startOn(entry, node);
    },
    replace(pod) {
      const owner = pod.metadata.ownerReferences?.[0];
      const entry = installed.find((candidate) => candidate.owner.uid === owner?.uid);
      const successor = () => {
        if (entry && entry.workload.kind !== 'DaemonSet') startSomewhere(entry);
      };
      // A StatefulSet waits until the old pod has left; a ReplicaSet does not.
      const atOnce = entry?.workload.kind === 'Deployment';
      pods.end(pod, atOnce ? () => {} : successor);
      if (atOnce) successor();
    },
  };
}

/** The object that owns a workload's pods. */
function ownerOf({ kind, name }: Workload, random: Random): OwnerReference {
  const isDeployment = kind === 'Deployment';
  return {
    apiVersion: 'apps/v1',
    kind: isDeployment ? 'ReplicaSet' : kind,
    name: isDeployment ? `${name}-${random.suffix(10)}` : name,
    uid: random.uid(),
    controller: true,
    blockOwnerDeletion: true,
  };
}

function withRestarts(pod: RawPod, restartCount: number): RawPod {
  const containerStatuses = (pod.status.containerStatuses ?? []).map((status) => ({ ...status, restartCount }));
  return { ...pod, status: { ...pod.status, containerStatuses } };
}
