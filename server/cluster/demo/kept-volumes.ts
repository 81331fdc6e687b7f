import { claimKey, volumeOfClaim, type Claim } from './claims.ts';
import { LONGHORN, makeLonghornVolume, makeReplica, type VolumeState } from './make-longhorn.ts';
import { attachmentOf, makeAttachment, makeClaim, makeVolume } from './make-storage.ts';
import type { RawPod } from './raw-objects.ts';
import type { VolumeData } from './volume-data.ts';
import { claimsOfPod } from './volume-figures.ts';
import type { World } from './world.ts';

/** A claim that is there, with its volume as it stands. */
export interface KeptVolume {
  readonly claim: Claim;
  readonly createdAt: number;
  state: VolumeState;
}

/** The objects of claims: their volumes, and Longhorn's below. */
export interface KeptVolumes {
  get(key: string): KeptVolume | undefined;
  all(): KeptVolume[];
  /** These are there too, as if for long, attached where their pods run. */
  stand(claims: readonly Claim[], createdAt: number): void;
  /** They are gone at once. */
  remove(claims: readonly Claim[]): void;
  /** It stands otherwise from now on. */
  change(kept: KeptVolume, part: Partial<VolumeState>): void;
  /** The volume follows its pod: it is where one runs, and stays where it was while one waits. */
  attach(kept: KeptVolume): void;
  /** Forgets all: their objects are gone. */
  forget(): void;
}

// Longhorn counts the blocks of snapshots too.
const SNAPSHOTS_SHARE = 1.08;

export function createKeptVolumes({ store, now }: World, data: VolumeData): KeptVolumes {
  const kept = new Map<string, KeptVolume>();
  const actualBytes = (claim: Claim) => Math.round(data.heldAt(claim, now()).bytes * SNAPSHOTS_SHARE);

  function put({ claim, createdAt, state }: KeptVolume): void {
    if (claim.is !== 'longhorn') return;
    store.put('longhornvolumes', makeLonghornVolume(claim, state, createdAt));
    for (const node of claim.on) store.put('longhornreplicas', makeReplica(claim, node, state, createdAt));
  }

  function change(entry: KeptVolume, part: Partial<VolumeState>): void {
    entry.state = { ...entry.state, actualBytes: actualBytes(entry.claim), ...part };
    put(entry);
  }

  function stand(claim: Claim, createdAt: number): void {
    store.put('persistentvolumes', makeVolume(claim, createdAt));
    store.put('persistentvolumeclaims', makeClaim(claim, createdAt));
    const node = claim.is === 'longhorn' ? nodeOf(store.list('pods'), claim, null) : null;
    const lost = new Set<string>();
    const state = { node, lost, degradedAt: null, actualBytes: actualBytes(claim), lastBackup: null };
    const entry = { claim, createdAt, state };
    kept.set(claimKey(claim), entry);
    put(entry);
    if (node !== null) store.put('volumeattachments', makeAttachment(claim, node, createdAt));
  }

  function remove({ claim, state }: KeptVolume): void {
    kept.delete(claimKey(claim));
    if (state.node !== null) store.remove('volumeattachments', attachmentOf(claim, state.node));
    for (const node of claim.on) {
      store.remove('longhornreplicas', `${LONGHORN}/${makeReplica(claim, node, state, 0).metadata.name}`);
    }
    store.remove('longhornvolumes', `${LONGHORN}/${volumeOfClaim(claim)}`);
    store.remove('persistentvolumeclaims', claimKey(claim));
    store.remove('persistentvolumes', volumeOfClaim(claim));
  }

  return {
    change,
    get: (key) => kept.get(key),
    all: () => [...kept.values()],
    stand(claims, createdAt) {
      for (const claim of claims) stand(claim, createdAt);
    },
    remove(claims) {
      for (const entry of claims.flatMap((claim) => kept.get(claimKey(claim)) ?? [])) remove(entry);
    },
    attach(entry) {
      const { claim, state } = entry;
      const node = nodeOf(store.list('pods'), claim, state.node);
      if (node === state.node || claim.is !== 'longhorn') return;
      if (state.node !== null) store.remove('volumeattachments', attachmentOf(claim, state.node));
      if (node !== null) store.put('volumeattachments', makeAttachment(claim, node, now()));
      change(entry, { node });
    },
    forget: () => kept.clear(),
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
