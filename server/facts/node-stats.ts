import type { FactHead } from './fact.ts';
import { mostBytes, mostCores } from './quantity.ts';
import { numberOf, objectOf, objectsOf, textOf, timeOf, type Raw } from './read-raw.ts';

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

/** The volume of a claim as a pod of this node has it mounted. */
export interface VolumeStats extends DiskStats {
  namespace: string;
  /** Name of the claim. */
  claim: string;
  /** Name of the pod. */
  pod: string;
  inodesUsed: number | null;
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
  /** Volumes of claims, at most 500; one that several pods have mounted stands here for each. Absent figures are null. */
  volumes: readonly VolumeStats[];
}

const mostPods = 500;
const mostVolumes = 500;
/** More than any pod has. */
const mostVolumesOfPod = 100;
/** More than any pod has. */
const mostContainers = 64;
// A file system of that many files does not exist.
const mostInodes = 1e15;

/** The answer of `/stats/summary` as a fact. Whatever is absent, null or absurd is null; pods without a name are left out. */
export function nodeStatsFact(raw: unknown, node: string, source: string): NodeStatsFact {
  const about = objectOf(objectOf(raw)['node']);
  const memory = objectOf(about['memory']);
  const disk = diskOf(about['fs']);
  const images = diskOf(objectOf(about['runtime'])['imageFs']);
  return {
    ...{ key: node, uid: node, source, node },
    cpuCores: coresOf(about['cpu']),
    memoryBytes: bytesOf(memory['workingSetBytes']),
    memoryAvailableBytes: bytesOf(memory['availableBytes']),
    disk,
    imageDisk: images === null || isSameDisk(images, disk) ? null : images,
    pods: objectsOf(objectOf(raw)['pods'], mostPods).flatMap((pod) => podStatsOf(pod) ?? []),
    volumes: volumesOf(objectsOf(objectOf(raw)['pods'], mostPods)),
  };
}

function podStatsOf(raw: Raw): PodStats | null {
  const { namespace, name, uid } = objectOf(raw['podRef']);
  if (textOf(name) === '') return null;
  const containers = objectsOf(raw['containers'], mostContainers);
  return {
    namespace: textOf(namespace),
    name: textOf(name),
    uid: textOf(uid),
    // The pod's own figure counts its sandbox too; some runtimes give only those of the containers.
    cpuCores: coresOf(raw['cpu']) ?? sumOf(containers, ({ cpu }) => coresOf(cpu)),
    memoryBytes: workingSetOf(raw['memory']) ?? sumOf(containers, ({ memory: each }) => workingSetOf(each)),
  };
}

/** The sum of what is told, null if nothing is. */
function sumOf(containers: readonly Raw[], figureOf: (container: Raw) => number | null): number | null {
  return containers.reduce<number | null>((sum, container) => {
    const figure = figureOf(container);
    return figure === null ? sum : (sum ?? 0) + figure;
  }, null);
}

function volumesOf(pods: readonly Raw[]): VolumeStats[] {
  const volumes = pods.flatMap((pod) => {
    const { name } = objectOf(pod['podRef']);
    return objectsOf(pod['volume'], mostVolumesOfPod).flatMap((volume) => volumeOf(volume, textOf(name)) ?? []);
  });
  return volumes.slice(0, mostVolumes);
}

/** Null for what is of no claim (a ConfigMap, an emptyDir), and where nothing is told of it. */
function volumeOf(raw: Raw, pod: string): VolumeStats | null {
  const claim = objectOf(raw['pvcRef']);
  const [namespace, name] = [textOf(claim['namespace']), textOf(claim['name'])];
  const stats = name === '' ? null : diskOf(raw);
  if (stats === null) return null;
  return { ...stats, namespace, claim: name, pod, inodesUsed: numberOf(raw['inodesUsed'], 0, mostInodes) };
}

function diskOf(value: unknown): DiskStats | null {
  const raw = objectOf(value);
  const stats: DiskStats = {
    at: timeOf(raw['time']),
    capacityBytes: bytesOf(raw['capacityBytes']),
    availableBytes: bytesOf(raw['availableBytes']),
    usedBytes: bytesOf(raw['usedBytes']),
    inodes: numberOf(raw['inodes'], 0, mostInodes),
    inodesFree: numberOf(raw['inodesFree'], 0, mostInodes),
  };
  const { at: _measuredAt, ...figures } = stats;
  return Object.values(figures).every((figure) => figure === null) ? null : stats;
}

/** Used bytes do not tell them apart: of the images' disk the kubelet counts only what the images use. */
function isSameDisk(images: DiskStats, disk: DiskStats | null): boolean {
  return disk !== null && images.capacityBytes === disk.capacityBytes && images.inodes === disk.inodes;
}

function coresOf(cpu: unknown): number | null {
  const nanoCores = numberOf(objectOf(cpu)['usageNanoCores'], 0, mostCores * 1e9);
  return nanoCores === null ? null : nanoCores / 1e9;
}

function workingSetOf(memory: unknown): number | null {
  return bytesOf(objectOf(memory)['workingSetBytes']);
}

function bytesOf(value: unknown): number | null {
  return numberOf(value, 0, mostBytes);
}
