import { startKubelet, type Kubelet } from './kubelet.ts';
import { machines, type Machine } from './machines.ts';
import { makeLease, makeNode } from './make-node.ts';
import { createNodeDisks, type NodeDisks } from './node-disks.ts';
import { rawMicroTime, type RawNode } from './raw-objects.ts';
import type { World } from './world.ts';

/** The demo's nodes and what speaks for them. All that names a node throws if there is no such. */
export interface DemoNodes {
  readonly disks: NodeDisks;
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
  /** It has come up again: its kubelet says so, and has another boot ID. */
  boot(name: string): void;
  /** The nodes of the homelab, no others, all fine, at once. */
  restore(): void;
}

const RENEWED_MS_AGO = { low: 0, high: 9999 };

export function createDemoNodes(world: World): DemoNodes {
  const { store, random } = world;
  const kubelets = new Map<string, Kubelet>();
  const disks = createNodeDisks(world.now);

  function kubelet(name: string): Kubelet {
    const found = kubelets.get(name);
    if (!found) throw new Error(`the demo has no node ${name}`);
    return found;
  }

  function add(machine: Machine): RawNode {
    const known = machines.findIndex(({ name }) => name === machine.name);
    const position = known < 0 ? machines.length + kubelets.size : known;
    const node = store.put('nodes', makeNode(machine, position, random, world.now()));
    const renewedAt = world.now() - random.between(RENEWED_MS_AGO.low, RENEWED_MS_AGO.high);
    store.put('leases', makeLease(node, random, rawMicroTime(renewedAt, random.between(0, 999))));
    kubelets.set(machine.name, startKubelet(world, node));
    return node;
  }

  function remove(name: string): void {
    kubelet(name).stop();
    kubelets.delete(name);
    store.remove('nodes', name);
    store.remove('leases', `kube-node-lease/${name}`);
  }

  function setUnschedulable(name: string, unschedulable: boolean): void {
    kubelet(name);
    cordon(world, name, unschedulable);
  }

  return {
    disks,
    kubelet,
    speaks: (name) => kubelets.get(name)?.silent === false,
    has: (name) => kubelets.has(name),
    add,
    remove,
    removeAll() {
      for (const running of kubelets.values()) running.stop();
      kubelets.clear();
    },
    setUnschedulable,
    boot(name) {
      kubelet(name).revive();
      tellBoot(world, name);
    },
    restore() {
      disks.cleanAll();
      const own = new Set(machines.map(({ name }) => name));
      for (const name of [...kubelets.keys()]) if (!own.has(name)) remove(name);
      for (const machine of machines) {
        if (!kubelets.has(machine.name)) add(machine);
        setUnschedulable(machine.name, false);
        kubelet(machine.name).recover();
      }
    },
  };
}

/** What a kubelet tells when its machine is up again. */
function tellBoot({ store, random, now, note }: World, name: string): void {
  const node = store.get('nodes', name);
  if (!node) return;
  const bootID = random.fork(`boot of ${name}`).fork(String(now())).uid();
  const nodeInfo = { ...node.status.nodeInfo, bootID };
  const about = store.put('nodes', { ...node, status: { ...node.status, nodeInfo } });
  const message = `Node ${name} has been rebooted, boot id: ${bootID}`;
  note({ about, kind: 'Node', reason: 'Rebooted', message, type: 'Warning', component: 'kubelet', host: name });
}

function cordon({ store, note }: World, name: string, unschedulable: boolean): void {
  const node = store.get('nodes', name);
  if (!node || (node.spec.unschedulable ?? false) === unschedulable) return;
  const { unschedulable: _before, ...spec } = node.spec;
  const about = store.put('nodes', { ...node, spec: unschedulable ? { ...spec, unschedulable } : spec });
  const reason = unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable';
  const message = `Node ${name} status is now: ${reason}`;
  note({ about, kind: 'Node', reason, message, component: 'kubelet', host: name });
}
