import type { DemoNodes } from './demo-nodes.ts';
import { machineOf } from './machines.ts';
import type { PodLife } from './pod-life.ts';
import type { RawPod } from './raw-objects.ts';
import type { WorkloadLife } from './workload-life.ts';
import type { World } from './world.ts';

/** What an owner does to a node and to what runs on it. All of it throws if there is no such node. */
export interface NodeDeeds {
  drain(node: string): void;
  /** It is gone for a moment, and all its containers are restarted. */
  reboot(node: string): void;
  removeNode(node: string): void;
  /** A new or forgotten node joins; throws if it is there already. */
  addNode(node: string): void;
}

const JOINS_IN_MS = 8000;
const JOINING =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
// Short enough that its heartbeat is hardly missed.
const BOOTS_IN_MS = 25_000;

/** What they work with. */
export interface NodeDeedsParts {
  nodes: DemoNodes;
  pods: PodLife;
  work: Pick<WorkloadLife, 'replace' | 'nodeAdded'>;
}

export function createNodeDeeds(world: World, { nodes, pods, work }: NodeDeedsParts): NodeDeeds {
  const podsOn = (name: string) => world.store.list('pods').filter(({ spec }) => spec.nodeName === name);
  return {
    drain(name) {
      nodes.kubelet(name);
      for (const pod of podsOn(name)) if (ownerKind(pod) !== 'DaemonSet') work.replace(pod);
    },
    reboot(name) {
      nodes.kubelet(name).silence();
      world.schedule.after(BOOTS_IN_MS, () => {
        if (!nodes.has(name)) return;
        nodes.boot(name);
        for (const pod of podsOn(name)) pods.reboot(pod);
      });
    },
    removeNode(name) {
      nodes.remove(name);
      for (const pod of podsOn(name)) work.replace(pod);
    },
    addNode(name) {
      join(world, nodes, name);
      work.nodeAdded(name);
    },
  };
}

/** A node joins: its network comes up after a while. */
function join(world: World, nodes: DemoNodes, name: string): void {
  if (nodes.has(name)) throw new Error(`the demo has a node ${name} already`);
  const about = nodes.add({ ...machineOf(name), ageHours: 0, upHours: 0 });
  const message = `Node ${name} event: Registered Node ${name} in Controller`;
  world.note({ about, kind: 'Node', reason: 'RegisteredNode', message, component: 'node-controller' });
  const kubelet = nodes.kubelet(name);
  kubelet.report({ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: JOINING });
  const joined = { type: 'Ready', status: 'True', reason: 'KubeletReady' } as const;
  world.schedule.after(JOINS_IN_MS, () => {
    kubelet.report({ ...joined, message: 'kubelet is posting ready status' });
  });
}

function ownerKind(pod: RawPod): string | undefined {
  return pod.metadata.ownerReferences?.[0]?.kind;
}
