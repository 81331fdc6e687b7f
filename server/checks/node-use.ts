import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { DiskStats, NodeStatsFact } from '#server/facts/node-stats.ts';

/** What a node uses, and the node. */
export interface NodeUse {
  stats: NodeStatsFact;
  node: NodeFact;
}

/** What was last measured of the nodes that there are, fresh or not: a verdict by it names `stats.source`. */
export function nodeUses(snapshot: Snapshot): NodeUse[] {
  const nodes = snapshot.facts('node');
  return [...snapshot.facts('nodeStats').values()].flatMap((stats) => {
    const node = nodes.get(stats.node);
    return node === undefined ? [] : [{ stats, node }];
  });
}

/** The same, of kubelets that answer now. */
export function freshNodeUses(snapshot: Snapshot): NodeUse[] {
  return nodeUses(snapshot).filter(({ stats }) => isFresh(stats, snapshot));
}

/** The same of one node; undefined while its kubelet cannot be seen. */
export function freshUse(node: NodeFact, snapshot: Snapshot): NodeUse | undefined {
  const stats = snapshot.facts('nodeStats').get(node.name);
  return stats !== undefined && isFresh(stats, snapshot) ? { stats, node } : undefined;
}

/** True for what a kubelet measured that answers now. */
export function isFresh({ source }: NodeStatsFact, snapshot: Snapshot): boolean {
  return snapshot.sources.get(source)?.fresh === true;
}

/** How full a disk is, percent: what is reserved counts as used, since nothing else can have it. Null where not told. */
export function fullness({ capacityBytes, availableBytes }: DiskStats): number | null {
  return taken(capacityBytes, availableBytes);
}

/** How many of its inodes a disk has given away, percent. Null where not told, and where there is no limit (btrfs tells 0). */
export function inodesGiven({ inodes, inodesFree }: DiskStats): number | null {
  return taken(inodes, inodesFree);
}

/** How much memory a node has, bytes; null where not told. */
export function memoryOf({ stats, node }: NodeUse): number | null {
  const { memoryBytes: used, memoryAvailableBytes: available } = stats;
  const all = used !== null && available !== null ? used + available : node.capacity.memoryBytes;
  return all !== null && all > 0 ? all : null;
}

/** How much of its memory a node uses by its working set, percent; null where not told. */
export function memoryUsed(use: NodeUse): number | null {
  const all = memoryOf(use);
  return all === null || use.stats.memoryBytes === null ? null : share(use.stats.memoryBytes, all);
}

/** How busy its processors are, percent; null where not told. */
export function processorsUsed({ stats: { cpuCores }, node: { capacity } }: NodeUse): number | null {
  if (cpuCores === null || capacity.cpuCores === null || capacity.cpuCores <= 0) return null;
  return share(cpuCores, capacity.cpuCores);
}

function taken(all: number | null, free: number | null): number | null {
  return all === null || free === null || all <= 0 ? null : share(all - free, all);
}

function share(part: number, all: number): number {
  return Math.min(100, Math.max(0, (100 * part) / all));
}
