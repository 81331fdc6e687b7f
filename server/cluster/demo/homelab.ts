import { createBackupLife, type BackupLife } from './backup-life.ts';
import { createCephLife, type CephLife } from './ceph-life.ts';
import { createCronLife } from './cron-life.ts';
import { createDemoNodes, type DemoNodes } from './demo-nodes.ts';
import { createHarborLife, type HarborLife } from './harbor-life.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createK3sLife, type K3sLife } from './k3s-life.ts';
import { furnish } from './furnish.ts';
import { createNetworkLife, type NetworkLife } from './network-life.ts';
import { createNodeDeeds, type NodeDeeds } from './node-deeds.ts';
import { startNodeController } from './node-controller.ts';
import { fallNowAndThen } from './now-and-then.ts';
import { createPendingClaims, type PendingClaims } from './pending-claims.ts';
import { createPodLife } from './pod-life.ts';
import { createWebLife, type WebLife } from './web-life.ts';
import { createServiceLife } from './service-life.ts';
import { createStorageLife, type StorageLife } from './storage-life.ts';
import { createWorkloadLife, type WorkloadLife } from './workload-life.ts';
import type { World } from './world.ts';

/** The demo's cluster as its owner handles it. All that names a node throws if there is no such. */
export interface Homelab extends NodeDeeds {
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
  /** All objects are gone, and what k3s brings along is there anew. */
  wipe(): void;
  /** All is as at the beginning, at once: what was wiped is there again, from a backup. */
  restore(): void;
}

/** Furnishes the store with a homelab that has been running for months, and keeps it alive. */
export function createHomelab(world: World): Homelab {
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
    ...createNodeDeeds(world, { nodes, pods, work }),
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
