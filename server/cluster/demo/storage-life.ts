import { claimKey, homeClaims, volumeOfClaim, type Claim } from './claims.ts';
import { machines } from './machines.ts';
import { LONGHORN, makeLonghornNode, makeLonghornVolume, makeReplica, type VolumeState } from './make-longhorn.ts';
import { attachmentOf, makeAttachment, makeClaim, makeStorageClasses, makeVolume } from './make-storage.ts';
import type { RawPod } from './raw-objects.ts';
import { createVolumeData, type VolumeData } from './volume-data.ts';
import { claimsOfPod } from './volume-figures.ts';
import type { World } from './world.ts';

/** Claims with their volumes, and Longhorn below, which attaches each to the node of its pod. */
export interface StorageLife {
  readonly data: VolumeData;
  /** Puts all that the homelab has; its pods are there already. */
  furnish(createdAt: number): void;
  /** Puts the class that k3s brings along. */
  furnishClass(createdAt: number): void;
  /** These are there too, as if for long. */
  stand(claims: readonly Claim[], createdAt: number): void;
  /** They are gone at once. */
  remove(claims: readonly Claim[]): void;
  /** Forgets all: its objects are gone. */
  uninstall(): void;
  /** All replicas on a node have failed. */
  loseReplicas(node: string): void;
  /** They are there again, and up to date. */
  returnReplicas(node: string): void;
  /** Longhorn's volumes, as their backups go on. */
  tellBackup(claim: Claim, last: VolumeState['lastBackup']): void;
  /** All is as if nothing had ever gone wrong. */
  restore(): void;
}

interface Kept {
  claim: Claim;
  createdAt: number;
  state: VolumeState;
}

// Volumes are attached and detached by several controllers in turn.
const ATTACHED_IN_MS = 1500;
const SNAPSHOTS_SHARE = 1.08;

export function createStorageLife(world: World): StorageLife {
  const { store, now } = world;
  const data = createVolumeData(now);
  const random = world.random.fork('storage');
  const kept = new Map<string, Kept>();
  const waiting = new Set<string>();

  function put(entry: Kept): void {
    const { claim, createdAt, state } = entry;
    if (claim.is !== 'longhorn') return;
    store.put('longhornvolumes', makeLonghornVolume(claim, state, createdAt));
    for (const node of claim.on) store.put('longhornreplicas', makeReplica(claim, node, state, createdAt));
  }

  function change(entry: Kept, part: Partial<VolumeState>): void {
    const actualBytes = Math.round(data.heldAt(entry.claim, now()).bytes * SNAPSHOTS_SHARE);
    entry.state = { ...entry.state, actualBytes, ...part };
    put(entry);
  }

  /** The volume follows its pod: it is where one runs, and stays where it was while one waits. */
  function attach(entry: Kept): void {
    const { claim, state } = entry;
    const node = nodeOf(store.list('pods'), claim, state.node);
    if (node === state.node || claim.is !== 'longhorn') return;
    if (state.node !== null) store.remove('volumeattachments', attachmentOf(claim, state.node));
    if (node !== null) store.put('volumeattachments', makeAttachment(claim, node, now()));
    change(entry, { node });
  }

  function stand(claims: readonly Claim[], createdAt: number): void {
    for (const claim of claims) {
      store.put('persistentvolumes', makeVolume(claim, createdAt));
      store.put('persistentvolumeclaims', makeClaim(claim, createdAt));
      const node = claim.is === 'longhorn' ? nodeOf(store.list('pods'), claim, null) : null;
      const actualBytes = Math.round(data.heldAt(claim, now()).bytes * SNAPSHOTS_SHARE);
      const state = { node, lost: new Set<string>(), degradedAt: null, actualBytes, lastBackup: null };
      const entry = { claim, createdAt, state };
      kept.set(claimKey(claim), entry);
      put(entry);
      if (node !== null) store.put('volumeattachments', makeAttachment(claim, node, createdAt));
    }
  }

  function remove(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const entry = kept.get(claimKey(claim));
      if (!entry) continue;
      kept.delete(claimKey(claim));
      const volume = volumeOfClaim(claim);
      if (entry.state.node !== null) store.remove('volumeattachments', attachmentOf(claim, entry.state.node));
      for (const node of claim.on) {
        const { name } = makeReplica(claim, node, entry.state, 0).metadata;
        store.remove('longhornreplicas', `${LONGHORN}/${name}`);
      }
      store.remove('longhornvolumes', `${LONGHORN}/${volume}`);
      store.remove('persistentvolumeclaims', claimKey(claim));
      store.remove('persistentvolumes', volume);
    }
  }

  function exchangeLost(isOwn: (entry: Kept) => boolean, lost: (before: ReadonlySet<string>) => Set<string>): void {
    for (const entry of kept.values()) {
      if (!isOwn(entry)) continue;
      const next = lost(entry.state.lost);
      change(entry, { lost: next, degradedAt: next.size === 0 ? null : (entry.state.degradedAt ?? now()) });
    }
  }

  store.onWrite(({ resource, last }) => {
    if (resource !== 'pods') return;
    for (const { key } of claimsOfPod(last as RawPod)) {
      if (waiting.has(key)) continue;
      waiting.add(key);
      world.later(ATTACHED_IN_MS, () => {
        waiting.delete(key);
        const entry = kept.get(key);
        if (entry) attach(entry);
      });
    }
  });

  return {
    data,
    stand,
    remove,
    furnish(createdAt) {
      for (const each of makeStorageClasses(random, createdAt)) store.put('storageclasses', each);
      for (const machine of machines) {
        store.put('longhornnodes', makeLonghornNode(machine, homeClaims, now() - machine.ageHours * 3_600_000));
      }
      stand(homeClaims, createdAt);
    },
    furnishClass(createdAt) {
      const [own] = makeStorageClasses(random, createdAt);
      if (own) store.put('storageclasses', own);
    },
    uninstall: () => kept.clear(),
    loseReplicas: (node) =>
      exchangeLost(
        ({ claim }) => claim.is === 'longhorn' && claim.on.includes(node),
        (lost) => new Set([...lost, node]),
      ),
    returnReplicas: (node) =>
      exchangeLost(
        ({ state }) => state.lost.has(node),
        (lost) => new Set([...lost].filter((each) => each !== node)),
      ),
    tellBackup(claim, lastBackup) {
      const entry = kept.get(claimKey(claim));
      if (entry) change(entry, { lastBackup });
    },
    restore() {
      data.mendAll();
      exchangeLost(
        ({ state }) => state.lost.size > 0,
        () => new Set(),
      );
      for (const entry of kept.values()) attach(entry);
    },
  };
}

/** Where the newest pod runs that names a claim; `before` if one only waits, null if there is none. */
function nodeOf(pods: readonly RawPod[], claim: Claim, before: string | null): string | null {
  const key = claimKey(claim);
  const own = pods.filter((pod) => isUnfinished(pod) && claimsOfPod(pod).some((each) => each.key === key));
  const running = own.filter(({ status }) => status.phase === 'Running');
  const newest = running.toSorted((one, other) => time(other) - time(one))[0];
  return newest?.spec.nodeName ?? (own.length > 0 ? before : null);
}

function isUnfinished({ status }: RawPod): boolean {
  return status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

function time({ metadata }: RawPod): number {
  return Date.parse(metadata.creationTimestamp);
}
