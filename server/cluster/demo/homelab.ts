import { createBackupLife, type BackupLife } from './backup-life.ts';
import { createCephLife, type CephLife } from './ceph-life.ts';
import { createCronLife } from './cron-life.ts';
import { createDemoNodes, type DemoNodes } from './demo-nodes.ts';
import { createHarborLife, type HarborLife } from './harbor-life.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createK3sLife, type K3sLife } from './k3s-life.ts';
import { furnish } from './furnish.ts';
import { machineOf } from './machines.ts';
import { createNetworkLife, type NetworkLife } from './network-life.ts';
import { startNodeController } from './node-controller.ts';
import { fallNowAndThen } from './now-and-then.ts';
import { createPendingClaims, type PendingClaims } from './pending-claims.ts';
import { createPodLife } from './pod-life.ts';
import { createWebLife, type WebLife } from './web-life.ts';
import { createServiceLife } from './service-life.ts';
import type { RawPod } from './raw-objects.ts';
import { createStorageLife, type StorageLife } from './storage-life.ts';
import { createWorkloadLife, type WorkloadLife } from './workload-life.ts';
import type { World } from './world.ts';

/** The demo's cluster as its owner handles it. All that names a node throws if there is no such. */
export interface Homelab {
  nodes: DemoNodes;
  k3s: K3sLife;
  web: WebLife;
  network: NetworkLife;
  harbor: HarborLife;
  storage: StorageLife;
  backups: BackupLife;
  pending: PendingClaims;
  ceph: CephLife;
  work: Pick<WorkloadLife, 'fail' | 'mend'>;
  drain(node: string): void;
  /** It is gone for a moment, and all its containers are restarted. */
  reboot(node: string): void;
  removeNode(node: string): void;
  /** A new or forgotten node joins; throws if it is there already. */
  addNode(node: string): void;
  /** All objects are gone, and what k3s brings along is there anew. */
  wipe(): void;
  /** All is as at the beginning, at once: what was wiped is there again, from a backup. */
  restore(): void;
}

const JOINS_IN_MS = 8000;
// Short enough that its heartbeat is hardly missed.
const BOOTS_IN_MS = 25_000;
const JOINING =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Furnishes the store with a homelab that has been running for months, and keeps it alive. */
export function createHomelab(world: World): Homelab {
  const { store } = world;
  const nodes = createDemoNodes(world);
  const pods = createPodLife(world, nodes.speaks);
  const work = createWorkloadLife(world, pods);
  const cron = createCronLife(world, pods);
  const k3s = createK3sLife(world);
  const web = createWebLife(world);
  const services = createServiceLife(world);
  const network = createNetworkLife();
  const storage = createStorageLife(world);
  const backups = createBackupLife(world, storage);
  const pending = createPendingClaims(world);
  const ceph = createCephLife(world);
  const harbor = createHarborLife(world, { work, services, storage, backups });
  const podsOn = (name: string): RawPod[] => store.list('pods').filter(({ spec }) => spec.nodeName === name);

  const furniture = furnish(world, { nodes, work, cron, web, services, storage, backups });
  startNodeController(world, work.replace);
  startHousekeeping(world);
  fallNowAndThen(world, pods);

  return {
    nodes,
    k3s,
    web,
    network,
    harbor,
    storage,
    backups,
    pending,
    ceph,
    work,
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
    wipe: furniture.wipe,
    restore() {
      world.door.heal();
      network.heal();
      harbor.go();
      ceph.go();
      pending.dropAll();
      if (furniture.restore()) world.door.cut();
      nodes.restore();
      k3s.restore();
      web.certificates.restore();
      work.restore();
      services.settle();
      storage.restore();
      backups.restore();
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
