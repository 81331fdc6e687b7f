import { noStorageWish } from '#server/facts/storage-wish.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import type { StorageClassFact } from '#server/facts/storage-class.ts';
import type { VolumeAttachmentFact } from '#server/facts/volume-attachment.ts';
import { day, noon, second } from './time.ts';

/** A bound claim of 10 GB on Longhorn: `git/gitea-data`. */
export function aClaim(part: Partial<PersistentVolumeClaimFact> = {}): PersistentVolumeClaimFact {
  const { namespace = 'git', name = 'gitea-data' } = part;
  return {
    ...{ key: `${namespace}/${name}`, uid: `uid-${namespace}-${name}`, source: 'persistentvolumeclaims' },
    ...{ namespace, name, phase: 'Bound', volume: `pvc-${name}`, storageClass: 'longhorn', isBlock: false },
    ...{ requestedBytes: 10_000_000_000, capacityBytes: 10_000_000_000, accessModes: ['ReadWriteOnce'] },
    ...{ conditions: [], labels: {}, wish: noStorageWish, createdAt: noon - 30 * day, deletingAt: null },
    ...part,
  };
}

/** The volume of that claim. */
export function aPersistentVolume(part: Partial<PersistentVolumeFact> = {}): PersistentVolumeFact {
  const { name = 'pvc-gitea-data' } = part;
  return {
    ...{ key: name, uid: `uid-${name}`, source: 'persistentvolumes', name, phase: 'Bound', reason: '', message: '' },
    ...{ capacityBytes: 10_000_000_000, accessModes: ['ReadWriteOnce'], reclaimPolicy: 'Delete' },
    ...{ storageClass: 'longhorn', claim: { namespace: 'git', name: 'gitea-data', uid: 'uid-git-gitea-data' } },
    made: { is: 'csi', driver: 'driver.longhorn.io', handle: name, server: '', path: '' },
    ...{ nodes: [], createdAt: noon - 30 * day, phaseChangedAt: noon - 30 * day, deletingAt: null },
    ...part,
  };
}

/** What a kubelet measured of that claim's volume: 1.9 GB of 10 GB in 40,000 files. */
export function aVolumeStats(part: Partial<VolumeStats> = {}): VolumeStats {
  return {
    ...{ namespace: 'git', claim: 'gitea-data', pod: 'gitea-0', at: noon - 20 * second },
    ...{ capacityBytes: 10_000_000_000, availableBytes: 8_100_000_000, usedBytes: 1_900_000_000 },
    ...{ inodes: 655_360, inodesFree: 615_360, inodesUsed: 40_000 },
    ...part,
  };
}

/** The StorageClass longhorn, the default one: makes volumes at once. */
export function aStorageClass(part: Partial<StorageClassFact> = {}): StorageClassFact {
  const { name = 'longhorn' } = part;
  return {
    ...{ key: name, uid: `uid-storageclass-${name}`, source: 'storageclasses', name },
    ...{ provisioner: 'driver.longhorn.io', isDefault: true, waitsForPod: false, reclaimPolicy: 'Delete' },
    canGrow: true,
    ...part,
  };
}

/** That claim's volume attached to nuc0. */
export function aVolumeAttachment(part: Partial<VolumeAttachmentFact> = {}): VolumeAttachmentFact {
  const { name = 'csi-gitea-data-nuc0' } = part;
  return {
    ...{ key: name, uid: `uid-${name}`, source: 'volumeattachments', name },
    ...{ attacher: 'driver.longhorn.io', node: 'nuc0', volume: 'pvc-gitea-data', attached: true },
    ...{ attachError: null, detachError: null, createdAt: noon - day, deletingAt: null },
    ...part,
  };
}
