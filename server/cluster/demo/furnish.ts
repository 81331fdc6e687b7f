import type { BackupLife } from './backup-life.ts';
import { homeClaims } from './claims.ts';
import type { CronLife } from './cron-life.ts';
import type { DemoNodes } from './demo-nodes.ts';
import { homeServices } from './home-services.ts';
import { machines } from './machines.ts';
import { makeLocalApiServices, makeMetricsApiService, makeNamespace } from './make-cluster-parts.ts';
import type { RawNamespace } from './raw-objects.ts';
import type { ServiceLife } from './service-life.ts';
import type { StorageLife } from './storage-life.ts';
import type { WebLife } from './web-life.ts';
import { putQuotas, type WorkloadLife } from './workload-life.ts';
import { cronWorks, workloads } from './workloads.ts';
import type { World } from './world.ts';

/** All that stands in the homelab. */
export interface Furniture {
  /** All objects are gone, and what k3s brings along is there anew. */
  wipe(): void;
  /** What was wiped is there again, from a backup; false if nothing was. */
  restore(): boolean;
}

/** What keeps its objects alive. */
export interface Lives {
  nodes: DemoNodes;
  work: WorkloadLife;
  cron: CronLife;
  web: WebLife;
  services: ServiceLife;
  storage: StorageLife;
  backups: BackupLife;
}

const HOUR_MS = 3_600_000;
const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const POD_AGE_HOURS = { low: 20, high: 1120 };
const VOLUME_AGE_HOURS = 5200;

/** Puts all that there is at the beginning. */
export function furnish(world: World, { nodes, work, cron, web, services, storage, backups }: Lives): Furniture {
  const { store, random } = world;
  // They are the cluster's identity.
  const namespaces = firstNamespaces(world);
  let isWiped = false;

  function put(): void {
    putParts(world, namespaces, bornAt(world));
    for (const machine of machines) nodes.add(machine);
    putQuotas(world);
    work.furnish(workloads, () => world.now() - random.between(POD_AGE_HOURS.low, POD_AGE_HOURS.high) * HOUR_MS);
    cron.furnish(cronWorks);
    web.furnish(bornAt(world));
    services.furnishClass(bornAt(world));
    services.furnish(homeServices, bornAt(world));
    storage.furnish(keptSince(world));
    backups.furnish(homeClaims, keptSince(world));
  }

  function empty(): void {
    nodes.removeAll();
    work.uninstall();
    cron.uninstall();
    web.uninstall();
    storage.uninstall();
    backups.uninstall();
    store.wipe();
  }

  put();
  return {
    wipe() {
      empty();
      isWiped = true;
      const others = FIRST_NAMESPACES.map((name) => makeNamespace(name, random, world.now()));
      putParts(world, others, world.now());
      const isOwn = ({ namespace, name }: { namespace: string; name: string }) =>
        namespace === 'kube-system' || name === 'kubernetes';
      work.install(workloads.filter(isOwn));
      services.furnishClass(world.now());
      storage.furnishClass(world.now());
      services.furnish(homeServices.filter(isOwn), world.now());
    },
    restore() {
      if (!isWiped) return false;
      empty();
      put();
      isWiped = false;
      return true;
    },
  };
}

/** When the cluster was made, epoch ms. */
function bornAt({ now }: World): number {
  return now() - (machines[0]?.ageHours ?? 0) * HOUR_MS;
}

/** When the volumes were made, epoch ms. */
function keptSince({ now }: World): number {
  return now() - VOLUME_AGE_HOURS * HOUR_MS;
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
