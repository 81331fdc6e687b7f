import { makeNamespace } from './make-cluster-parts.ts';
import type { RawCustom } from './raw-custom.ts';
import { rawTime } from './raw-objects.ts';
import type { CephHealth } from './scenario.ts';
import type { World } from './world.ts';

/** Rook with its Ceph, which comes and goes. */
export interface CephLife {
  /** It stands as if for long, and says this of its health from now on. */
  stand(health: CephHealth): void;
  /** It is gone at once. */
  go(): void;
}

const NAMESPACE = 'rook-ceph';
const STANDS_FOR_MS = 40 * 86_400_000;
// How often the operator asks Ceph.
const ASKS_EVERY_MS = 60_000;
const TOTAL_BYTES = 2_400_000_000_000;
const USED_BYTES = 1_130_000_000_000;

/** Ends with the schedule. */
export function createCephLife(world: World): CephLife {
  const { store, now, schedule } = world;
  const random = world.random.fork('ceph');
  let says: { health: CephHealth; since: number } | null = null;

  function tell(): void {
    const known = store.get('cephclusters', `${NAMESPACE}/${NAMESPACE}`);
    if (says === null || !known) return;
    store.put('cephclusters', { ...known, status: statusOf(says.health, says.since, now()) });
  }

  schedule.every(ASKS_EVERY_MS, ASKS_EVERY_MS, () => {
    if (world.door.acceptsWrites) tell();
  });

  return {
    stand(health) {
      says = { health, since: now() };
      if (!store.get('cephclusters', `${NAMESPACE}/${NAMESPACE}`)) {
        const createdAt = now() - STANDS_FOR_MS;
        store.put('namespaces', makeNamespace(NAMESPACE, random, createdAt));
        const metadata = (name: string) => ({
          ...{ name, namespace: NAMESPACE, uid: random.uid(), resourceVersion: '', generation: 2 },
          creationTimestamp: rawTime(createdAt),
        });
        const version = { image: 'quay.io/ceph/ceph:v20.2.1' };
        const cluster: RawCustom = {
          metadata: metadata(NAMESPACE),
          spec: { cephVersion: version, dataDirHostPath: '/var/lib/rook', mon: { count: 3 }, storage: {} },
          status: {},
        };
        store.put('cephclusters', cluster);
        const spec = { failureDomain: 'host', replicated: { size: 3, requireSafeReplicaSize: true } };
        store.put('cephblockpools', { metadata: metadata('replicapool'), spec, status: { phase: 'Ready' } });
      }
      tell();
    },
    go() {
      says = null;
      store.remove('cephclusters', `${NAMESPACE}/${NAMESPACE}`);
      store.remove('cephblockpools', `${NAMESPACE}/replicapool`);
      store.remove('namespaces', NAMESPACE);
    },
  };
}

/** As Rook writes it: its own phase is Ready whatever Ceph says. */
function statusOf({ health, checks }: CephHealth, since: number, now: number): Record<string, unknown> {
  const available = TOTAL_BYTES - USED_BYTES;
  return {
    ...{ phase: 'Ready', state: 'Created', message: 'Cluster created successfully' },
    ceph: {
      ...{ health, details: checks, fsid: 'b7d0a4f2-6c1e-4a35-9d2e-0f8c6a51e7b3' },
      ...{ lastChecked: rawTime(now), lastChanged: rawTime(since), previousHealth: 'HEALTH_OK' },
      capacity: {
        ...{ bytesTotal: TOTAL_BYTES, bytesUsed: USED_BYTES, bytesAvailable: available },
        lastUpdated: rawTime(now),
      },
    },
    conditions: [
      {
        ...{ type: 'Ready', status: 'True', reason: 'ClusterCreated', message: 'Cluster created successfully' },
        ...{ lastHeartbeatTime: rawTime(now), lastTransitionTime: rawTime(now - STANDS_FOR_MS) },
      },
    ],
  };
}
