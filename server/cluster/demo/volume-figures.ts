import { claimOf, type Claim } from './claims.ts';
import type { Random } from './random.ts';
import { rawTime, type RawPod } from './raw-objects.ts';
import { fileSystemBytes, type VolumeData } from './volume-data.ts';

/** What a kubelet measures volumes of. */
export interface VolumesMeasured {
  volumes: VolumeData;
  /** Epoch ms. */
  now: number;
  /** The same for the same pod whenever it is asked. */
  random: Random;
}

// Kubelets measure the volumes of each pod once a minute, each pod in its own turn.
const EVERY_MS = 60_000;
// A new pod is measured soon after its start, whatever its containers do.
const FIRST_MS = 2000;
const BYTES_PER_INODE = 16_384;
const RESERVED_BYTES = 16_777_216;

/** What a kubelet tells of the volumes of a pod that are claims; nothing of a directory on the node's own disk. */
export function volumeFigures(pod: RawPod, { volumes, now, random }: VolumesMeasured): object[] {
  const claimed = claimsOfPod(pod);
  const startedAt = Date.parse(pod.status.startTime ?? '');
  if (claimed.length === 0 || Number.isNaN(startedAt)) return [];
  const turn = random.fork(`${pod.metadata.uid}/volumes`).between(0, EVERY_MS - 1);
  const round = now - ((now + turn) % EVERY_MS);
  const at = Math.max(round, startedAt + FIRST_MS);
  if (at > now) return [];
  return claimed.flatMap(({ volume, key }) => {
    const claim = claimOf(key);
    if (!claim || claim.is === 'local-path') return [];
    const pvcRef = { name: claim.name, namespace: claim.namespace };
    return [{ ...measured(claim, volumes, at), name: volume, pvcRef }];
  });
}

/** The claims that a pod names, as `namespace/name`, and what its volumes are called. */
export function claimsOfPod({ metadata, spec }: RawPod): { volume: string; key: string }[] {
  return spec.volumes.flatMap((each) => {
    const { name, persistentVolumeClaim: claim } = each as {
      name: string;
      persistentVolumeClaim?: { claimName: string };
    };
    return claim ? [{ volume: name, key: `${metadata.namespace}/${claim.claimName}` }] : [];
  });
}

function measured(claim: Claim, volumes: VolumeData, at: number): object {
  const { bytes, files } = volumes.heldAt(claim, at);
  const capacityBytes = fileSystemBytes(claim);
  const availableBytes = Math.max(0, capacityBytes - bytes - (claim.is === 'nfs' ? 0 : RESERVED_BYTES));
  const inodes = claim.is === 'nfs' ? 366_000_000 : Math.floor(capacityBytes / BYTES_PER_INODE);
  return {
    time: rawTime(at),
    ...{ availableBytes, capacityBytes, usedBytes: bytes, inodesFree: inodes - files, inodes, inodesUsed: files },
  };
}
