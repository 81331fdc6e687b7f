import type { FactHead } from './fact.ts';

/** A file system as the kubelet measured it. Bytes; null where not told. Used and available may be less than capacity: some is reserved. */
export interface DiskStats {
  /** When it was measured, epoch ms. */
  at: number | null;
  capacityBytes: number | null;
  availableBytes: number | null;
  usedBytes: number | null;
  inodes: number | null;
  inodesFree: number | null;
}

/** What a pod uses, all its containers together. */
export interface PodStats {
  namespace: string;
  name: string;
  uid: string;
  /** Cores of a processor; null where not told. */
  cpuCores: number | null;
  /** The working set, bytes. */
  memoryBytes: number | null;
}

/** What a node and its pods use. Source: the feed `kubelet/NODE`, the kubelet's `/stats/summary`. */
export interface NodeStatsFact extends FactHead {
  /** The node's name, also the key. */
  node: string;
  cpuCores: number | null;
  /** The working set, and how much more could be had; bytes. */
  memoryBytes: number | null;
  memoryAvailableBytes: number | null;
  /** The disk of the kubelet: logs, emptyDirs and what pods write. */
  disk: DiskStats | null;
  /** The disk of the images, null where it is the same one. */
  imageDisk: DiskStats | null;
  /** At most 500. */
  pods: readonly PodStats[];
}
