import { defineSeries, type Measured, type SeriesRule } from '#server/engine/define-series.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { DiskStats } from '#server/facts/node-stats.ts';
import { freshNodeUses, fullness, inodesGiven, memoryUsed, processorsUsed, type NodeUse } from './node-use.ts';
import { nodeSubject } from './subjects.ts';

/** How many nodes are ready. */
export const nodesReady = defineSeries({
  series: 'nodes/ready',
  unit: 'count',
  title: () => 'Nodes ready',
  needs: ['node'],
  read(snapshot) {
    const nodes = [...snapshot.facts('node').values()];
    return [{ subject: null, value: nodes.filter(({ conditions }) => conditions['Ready']?.status === 'True').length }];
  },
});

/** How busy the processors of each node are. */
export const nodeCpu = defineSeries({
  series: 'nodes/cpu',
  unit: 'percent',
  title: (subject) => `CPU of ${subject?.name ?? 'nodes'}`,
  // Kubelets are asked themselves: they go on measuring while the API is silent.
  needs: ['nodeStats'],
  read: ofEach(processorsUsed),
});

/** How much of its memory each node uses. */
export const nodeMemory = defineSeries({
  series: 'nodes/memory',
  unit: 'percent',
  title: (subject) => `Memory of ${subject?.name ?? 'nodes'}`,
  needs: ['nodeStats'],
  limitsOf: 'nodes/memory-high',
  read: ofEach(memoryUsed),
});

/** How full the disk of each node is. The forecast compares with it. */
export const nodeDisk = defineSeries({
  series: 'nodes/disk',
  unit: 'percent',
  title: (subject) => `Disk of ${subject?.name ?? 'nodes'}`,
  needs: ['nodeStats'],
  lasting: true,
  limitsOf: 'nodes/disk-full',
  read: ofEach(({ stats }) => ofDisk(stats.disk, fullness)),
});

/** The same of the disk of the images, where it is another one. */
export const nodeImageDisk = defineSeries({
  series: 'nodes/image-disk',
  unit: 'percent',
  title: (subject) => `Image disk of ${subject?.name ?? 'nodes'}`,
  needs: ['nodeStats'],
  lasting: true,
  limitsOf: 'nodes/disk-full',
  read: ofEach(({ stats }) => ofDisk(stats.imageDisk, fullness)),
});

/** How many inodes of the disk of each node are given away. */
export const nodeInodes = defineSeries({
  series: 'nodes/inodes',
  unit: 'percent',
  title: (subject) => `Inodes of ${subject?.name ?? 'nodes'}`,
  needs: ['nodeStats'],
  limitsOf: 'nodes/inodes-full',
  read: ofEach(({ stats }) => ofDisk(stats.disk, inodesGiven)),
});

/** All that is measured of nodes. */
export const nodeSeries: SeriesRule[] = [nodesReady, nodeCpu, nodeMemory, nodeDisk, nodeImageDisk, nodeInodes];

function ofDisk(disk: DiskStats | null, measure: (disk: DiskStats) => number | null): number | null {
  return disk === null ? null : measure(disk);
}

function ofEach(measure: (use: NodeUse) => number | null): (snapshot: Snapshot) => Measured[] {
  return (snapshot) =>
    freshNodeUses(snapshot).flatMap((use) => {
      const value = measure(use);
      return value === null ? [] : [{ subject: nodeSubject(use.node.name), value }];
    });
}
