import { claimKey, homeClaims, type Claim } from './claims.ts';
import { createKeptVolumes, type KeptVolume, type KeptVolumes } from './kept-volumes.ts';
import { machines } from './machines.ts';
import { makeLonghornNode, type VolumeState } from './make-longhorn.ts';
import { makeStorageClasses } from './make-storage.ts';
import type { RawPod } from './raw-objects.ts';
import { createVolumeData, type VolumeData } from './volume-data.ts';
import { claimsOfPod } from './volume-figures.ts';
import type { World } from './world.ts';

/** Claims with their volumes, and Longhorn below, which attaches each to the node of its pod. */
export interface StorageLife extends Pick<KeptVolumes, 'stand' | 'remove'> {
  readonly data: VolumeData;
  /** Puts all that the homelab has; its pods are there already. */
  furnish(createdAt: number): void;
  /** Puts the class that k3s brings along. */
  furnishClass(createdAt: number): void;
  /** Forgets all: its objects are gone. */
  uninstall(): void;
  /** All replicas on a node have failed. */
  loseReplicas(node: string): void;
  /** They are there again, and up to date. */
  returnReplicas(node: string): void;
  /** The volume says which backup is its last. */
  tellBackup(claim: Claim, last: VolumeState['lastBackup']): void;
  /** All is as if nothing had ever gone wrong. */
  restore(): void;
}

// Volumes are attached and detached by several controllers in turn.
const ATTACHED_IN_MS = 1500;
const HOUR_MS = 3_600_000;

export function createStorageLife(world: World): StorageLife {
  const { store, now } = world;
  const data = createVolumeData(now);
  const random = world.random.fork('storage');
  const volumes = createKeptVolumes(world, data);
  followPods(world, volumes);

  /** Exchanges on which nodes replicas of it have failed. */
  function lose(entry: KeptVolume, lost: ReadonlySet<string>): void {
    const degradedAt = lost.size === 0 ? null : (entry.state.degradedAt ?? now());
    volumes.change(entry, { lost, degradedAt });
  }

  return {
    data,
    stand: volumes.stand,
    remove: volumes.remove,
    furnish(createdAt) {
      for (const each of makeStorageClasses(random, createdAt)) store.put('storageclasses', each);
      for (const machine of machines) {
        store.put('longhornnodes', makeLonghornNode(machine, homeClaims, now() - machine.ageHours * HOUR_MS));
      }
      volumes.stand(homeClaims, createdAt);
    },
    furnishClass(createdAt) {
      const [own] = makeStorageClasses(random, createdAt);
      if (own) store.put('storageclasses', own);
    },
    uninstall: volumes.forget,
    loseReplicas(node) {
      const own = volumes.all().filter(({ claim }) => claim.is === 'longhorn' && claim.on.includes(node));
      for (const entry of own) lose(entry, new Set([...entry.state.lost, node]));
    },
    returnReplicas(node) {
      const own = volumes.all().filter(({ state }) => state.lost.has(node));
      for (const entry of own) lose(entry, new Set([...entry.state.lost].filter((each) => each !== node)));
    },
    tellBackup(claim, lastBackup) {
      const entry = volumes.get(claimKey(claim));
      if (entry) volumes.change(entry, { lastBackup });
    },
    restore() {
      data.mendAll();
      for (const entry of volumes.all()) {
        if (entry.state.lost.size > 0) lose(entry, new Set());
        volumes.attach(entry);
      }
    },
  };
}

/** Whatever befalls a pod, its volumes follow soon. */
function followPods(world: World, volumes: KeptVolumes): void {
  const waiting = new Set<string>();
  world.store.onWrite(({ resource, last }) => {
    if (resource !== 'pods') return;
    for (const { key } of claimsOfPod(last as RawPod)) {
      if (waiting.has(key)) continue;
      waiting.add(key);
      world.later(ATTACHED_IN_MS, () => {
        waiting.delete(key);
        const entry = volumes.get(key);
        if (entry) volumes.attach(entry);
      });
    }
  });
}
