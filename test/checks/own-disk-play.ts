import diskNotMounted from '#server/checks/storage/disk-not-mounted.ts';
import type { OwnDisk } from '#server/checks/own-disk-memory.ts';
import type { Remembers } from '#server/engine/define-check.ts';
import type { DiskStats, VolumeStats } from '#server/facts/node-stats.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { judged, theVerdict, type JudgeWith } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { minute, noon, second } from '#test/builders/time.ts';

const { at: _at, ...disk } = aNodeStats().disk!;

/** The figures of a disk of 500 GB of its own. */
export const ownDisk: Partial<VolumeStats> = {
  ...{ capacityBytes: 500_000_000_000, availableBytes: 400_000_000_000, usedBytes: 100_000_000_000 },
  ...{ inodes: 30_000_000, inodesFree: 29_000_000, inodesUsed: 1_000_000 },
};

/** The figures of the node's disk, of 100 GB. */
export const nodeDisk: Partial<VolumeStats> = { ...disk, inodesUsed: disk.inodes! - disk.inodesFree! };

/** What is there at one measurement. */
export interface There {
  claim?: Parameters<typeof aClaim>[0];
  volume?: Parameters<typeof aPersistentVolume>[0];
  /** What the kubelet tells of the node itself, laid over a disk of 100 GB. */
  node?: { disk?: DiskStats | null; imageDisk?: DiskStats | null };
  osImage?: string;
  parts?: SnapshotParts;
}

const remembers = diskNotMounted.remembers as Remembers<OwnDisk>;

/** A wall with `git/gitea-data`, a local volume at /mnt/disk1 of nuc0; `minutes` after noon it is measured. */
export function aDiskWall() {
  let memory: ReadonlyMap<string, OwnDisk> = new Map();
  let last = aSnapshot();
  return {
    /** Null: no pod mounts it. */
    measure(minutes: number, stats: Partial<VolumeStats> | null, there: There = {}) {
      last = snapshotAt(noon + minutes * minute, stats, there);
      const wanted = [...remembers.subjects(last)];
      const kept = [...memory].filter(([key, each]) => !wanted.includes(key) && remembers.keeps!(each, last));
      const now = wanted.map((key) => [key, remembers.remember(memory.get(key), key, last, 0)] as const);
      memory = new Map([...kept, ...now]);
      return this;
    },
    /** What was kept on disk is read again. */
    restart() {
      memory = new Map(Object.entries(JSON.parse(JSON.stringify(Object.fromEntries(memory)))));
      return this;
    },
    remembered: () => memory.get('git/gitea-data'),
    snapshot: () => last,
    verdict: (judgeWith: JudgeWith = {}) => theVerdict(diskNotMounted, last, { memory, ...judgeWith }),
    level: () => judged(diskNotMounted, last, { memory })[0]?.level ?? 'nothing',
  };
}

function snapshotAt(now: number, stats: Partial<VolumeStats> | null, there: There) {
  const { claim = {}, volume = {}, node = {}, osImage = 'Debian GNU/Linux 13', parts = {} } = there;
  const volumes = stats === null ? [] : [aVolumeStats({ at: now - 20 * second, ...stats })];
  const owner = { kind: 'StatefulSet', name: 'gitea' };
  const made = { is: 'local', driver: '', handle: '', server: '', path: '/mnt/disk1' } as const;
  return aSnapshot({
    now,
    nodes: [aNode({ name: 'nuc0', osImage, kubeletVersion: 'v1.36.4' })],
    nodeStats: [aNodeStats({ volumes, ...node })],
    pods: stats === null ? [] : [aPod({ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'], owner })],
    sources: { 'kubelet/nuc0': {} },
    ...parts,
    more: {
      persistentVolumeClaim: [aClaim(claim)],
      persistentVolume: [aPersistentVolume({ made, storageClass: '', ...volume })],
      ...parts.more,
    },
  });
}
