import { createCronLife } from './cron-life.ts';
import { createDemoNodes, type DemoNodes } from './demo-nodes.ts';
import { startHousekeeping } from './housekeeping.ts';
import { machineOf, machines } from './machines.ts';
import { makeLocalApiServices, makeMetricsApiService, makeNamespace } from './make-cluster-parts.ts';
import { startNodeController } from './node-controller.ts';
import { fallNowAndThen } from './now-and-then.ts';
import { createPodLife } from './pod-life.ts';
import type { RawNamespace, RawPod } from './raw-objects.ts';
import { createWorkloadLife, type WorkloadLife } from './workload-life.ts';
import { cronWorks, workloads } from './workloads.ts';
import type { World } from './world.ts';

/** The demo's cluster as its owner handles it. All that names a node throws if there is no such. */
export interface Homelab {
  nodes: DemoNodes;
  work: Pick<WorkloadLife, 'fail' | 'mend'>;
  drain(node: string): void;
  removeNode(node: string): void;
  /** A new or forgotten node joins; throws if it is there already. */
  addNode(node: string): void;
  /** All objects are gone, and what k3s brings along is there anew. */
  wipe(): void;
  /** All is as at the beginning, at once: what was wiped is there again, from a backup. */
  restore(): void;
}

const HOUR_MS = 3_600_000;
const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const POD_AGE_HOURS = { low: 20, high: 1120 };
const JOINS_IN_MS = 8000;
const JOINING =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Furnishes the store with a homelab that has been running for months, and keeps it alive. */
export function createHomelab(world: World): Homelab {
  const { store, random } = world;
  const nodes = createDemoNodes(world);
  const pods = createPodLife(world, nodes.speaks);
  const work = createWorkloadLife(world, pods);
  const cron = createCronLife(world, pods);
  const podsOn = (name: string): RawPod[] => store.list('pods').filter(({ spec }) => spec.nodeName === name);

  const first = furnish(firstNamespaces(world));
  let isWiped = false;
  startNodeController(world, work.replace);
  startHousekeeping(world);
  fallNowAndThen(world, pods);

  /** Puts all that there is at the beginning, and returns the namespaces, which are the cluster's identity. */
  function furnish(namespaces: readonly RawNamespace[]): readonly RawNamespace[] {
    putParts(world, namespaces, bornAt(world));
    for (const machine of machines) nodes.add(machine);
    work.furnish(workloads, () => world.now() - random.between(POD_AGE_HOURS.low, POD_AGE_HOURS.high) * HOUR_MS);
    cron.furnish(cronWorks);
    return namespaces;
  }

  function empty(): void {
    nodes.removeAll();
    work.uninstall();
    cron.uninstall();
    store.wipe();
  }

  return {
    nodes,
    work,
    drain(name) {
      nodes.kubelet(name);
      for (const pod of podsOn(name)) if (ownerKind(pod) !== 'DaemonSet') work.replace(pod);
    },
    removeNode(name) {
      nodes.remove(name);
      for (const pod of podsOn(name)) work.replace(pod);
    },
    addNode(name) {
      join(world, nodes, name);
      work.nodeAdded(name);
    },
    wipe() {
      empty();
      isWiped = true;
      const namespaces = FIRST_NAMESPACES.map((name) => makeNamespace(name, random, world.now()));
      putParts(world, namespaces, world.now());
      work.install(workloads.filter(({ namespace }) => namespace === 'kube-system'));
    },
    restore() {
      world.door.heal();
      if (isWiped) {
        empty();
        furnish(first);
        isWiped = false;
        world.door.cut();
      }
      nodes.restore();
      work.restore();
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

/** When the cluster was made, epoch ms. */
function bornAt({ now }: World): number {
  return now() - (machines[0]?.ageHours ?? 0) * HOUR_MS;
}

function firstNamespaces(world: World): RawNamespace[] {
  const names = new Set([...FIRST_NAMESPACES, ...[...workloads, ...cronWorks].map(({ namespace }) => namespace)]);
  return [...names].map((name) => makeNamespace(name, world.random, bornAt(world)));
}

function putParts({ store, random }: World, namespaces: readonly RawNamespace[], createdAt: number): void {
  for (const namespace of namespaces) store.put('namespaces', namespace);
  for (const apiService of makeLocalApiServices(random, createdAt)) store.put('apiservices', apiService);
  store.put('apiservices', makeMetricsApiService(random, createdAt));
}

function ownerKind(pod: RawPod): string | undefined {
  return pod.metadata.ownerReferences?.[0]?.kind;
}
