import type { BackupLife } from './backup-life.ts';
import { harborClaims } from './claims.ts';
import { HARBOR, harborServices, harborWorkloads, makeHarborIngress, type HarborDatabaseFrom } from './harbor.ts';
import { makeNamespace } from './make-cluster-parts.ts';
import type { ServiceLife } from './service-life.ts';
import type { StorageLife } from './storage-life.ts';
import type { WorkloadLife } from './workload-life.ts';
import type { World } from './world.ts';

/** Harbor in the cluster, which comes and goes. */
export interface HarborLife {
  /** It stands as if for long; what stood before is gone. */
  stand(from: HarborDatabaseFrom): void;
  /** It is gone at once, with all that belongs to it. */
  go(): void;
}

const STANDS_FOR_MS = 40 * 86_400_000;

/** What its objects are kept alive by. */
export interface HarborLives {
  work: WorkloadLife;
  services: ServiceLife;
  storage: StorageLife;
  backups: BackupLife;
}

export function createHarborLife(world: World, { work, services, storage, backups }: HarborLives): HarborLife {
  const { store } = world;
  const random = world.random.fork('harbor');

  function go(): void {
    work.remove(harborWorkloads('itself'));
    services.remove(harborServices);
    backups.remove(harborClaims);
    storage.remove(harborClaims);
    store.remove('ingresses', `${HARBOR.namespace}/harbor`);
    store.remove('namespaces', HARBOR.namespace);
  }

  return {
    stand(from) {
      go();
      const createdAt = world.now() - STANDS_FOR_MS;
      store.put('namespaces', makeNamespace(HARBOR.namespace, random, createdAt));
      work.furnish(harborWorkloads(from), () => createdAt);
      services.furnish(harborServices, createdAt);
      storage.stand(harborClaims, createdAt);
      backups.add(harborClaims);
      store.put('ingresses', makeHarborIngress(random, createdAt));
    },
    go,
  };
}
