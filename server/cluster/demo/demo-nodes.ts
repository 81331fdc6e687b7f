import { startKubelet, type Kubelet } from './kubelet.ts';
import { machines, type Machine } from './machines.ts';
import { makeLease, makeNode } from './make-node.ts';
import { rawMicroTime, type RawNode } from './raw-objects.ts';
import type { World } from './world.ts';

/** The demo's nodes and what speaks for them. All that names a node throws if there is no such. */
export interface DemoNodes {
  kubelet(name: string): Kubelet;
  /** Whether the node is there and its kubelet heard. */
  speaks(name: string): boolean;
  has(name: string): boolean;
  /** Puts a node with its lease, and starts its kubelet. */
  add(machine: Machine): RawNode;
  remove(name: string): void;
  /** Nobody speaks for any node any more. */
  removeAll(): void;
  setUnschedulable(name: string, unschedulable: boolean): void;
}

const RENEWED_MS_AGO = { low: 0, high: 9999 };

export function createDemoNodes(world: World): DemoNodes {
  const { store, random } = world;
  const kubelets = new Map<string, Kubelet>();

  function kubelet(name: string): Kubelet {
    const found = kubelets.get(name);
    if (!found) throw new Error(`the demo has no node ${name}`);
    return found;
  }

  return {
    kubelet,
    speaks: (name) => kubelets.get(name)?.silent === false,
    has: (name) => kubelets.has(name),
    add(machine) {
      const known = machines.findIndex(({ name }) => name === machine.name);
      const position = known < 0 ? machines.length + kubelets.size : known;
      const node = store.put('nodes', makeNode(machine, position, random, world.now()));
      const renewedAt = world.now() - random.between(RENEWED_MS_AGO.low, RENEWED_MS_AGO.high);
      store.put('leases', makeLease(node, random, rawMicroTime(renewedAt, random.between(0, 999))));
      kubelets.set(machine.name, startKubelet(world, node));
      return node;
    },
    remove(name) {
      kubelet(name).stop();
      kubelets.delete(name);
      store.remove('nodes', name);
      store.remove('leases', `kube-node-lease/${name}`);
    },
    removeAll() {
      for (const running of kubelets.values()) running.stop();
      kubelets.clear();
    },
    setUnschedulable(name, unschedulable) {
      kubelet(name);
      const node = store.get('nodes', name);
      if (!node) return;
      const { unschedulable: _before, ...spec } = node.spec;
      const about = store.put('nodes', { ...node, spec: unschedulable ? { ...spec, unschedulable } : spec });
      const reason = unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable';
      const message = `Node ${name} status is now: ${reason}`;
      world.note({ about, kind: 'Node', reason, message, component: 'kubelet', host: name });
    },
  };
}
