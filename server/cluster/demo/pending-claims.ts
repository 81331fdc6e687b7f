import { makePendingClaim } from './make-storage.ts';
import type { World } from './world.ts';

/** Claims for which nobody makes a volume, as their class is not there. */
export interface PendingClaims {
  /** `namespace/name`, asked for so long ago. */
  ask(key: string, storageClass: string, agoMs: number): void;
  drop(key: string): void;
  dropAll(): void;
}

// How often the controller tries again.
const AGAIN_MS = 15_000;

export function createPendingClaims(world: World): PendingClaims {
  const { store, now, schedule } = world;
  const random = world.random.fork('pending claims');
  const asked = new Map<string, () => void>();

  function tell(key: string, storageClass: string): void {
    const about = store.get('persistentvolumeclaims', key);
    const message = `storageclass.storage.k8s.io "${storageClass}" not found`;
    const said = { reason: 'ProvisioningFailed', type: 'Warning', component: 'persistentvolume-controller' } as const;
    if (!about || !world.door.acceptsWrites) return;
    world.note({ ...said, about, kind: 'PersistentVolumeClaim', message, repeats: true });
  }

  function drop(key: string): void {
    asked.get(key)?.();
    if (asked.delete(key)) store.remove('persistentvolumeclaims', key);
  }

  return {
    ask(key, storageClass, agoMs) {
      drop(key);
      const [namespace = '', name = ''] = key.split('/');
      const claim = makePendingClaim({ namespace, name, storageClass }, random, now() - agoMs);
      store.put('persistentvolumeclaims', claim);
      asked.set(
        key,
        schedule.every(AGAIN_MS, 0, () => tell(key, storageClass)),
      );
    },
    drop,
    dropAll() {
      for (const key of [...asked.keys()]) drop(key);
    },
  };
}
