import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { aClaim, aPersistentVolume } from '#test/builders/storage.ts';
import { between, twentyLives, type Contents, type Life, type Random } from './volume-lives.ts';

/** A file system as it counts: what an empty one of its size uses, and whether it counts inodes. */
interface FileSystem {
  bytes: number;
  inodes: number | null;
}

/** One volume of the generated cluster. */
export interface SimulatedVolume {
  key: string;
  life: Life;
  expectShrink: boolean;
  fileSystem: FileSystem;
  capacity: number;
  node: number;
  podUid: number;
  volumeName: number;
  /** No pod has it mounted until then. */
  downUntil: number;
  /** What was lost: what is there instead, until it is restored. Null: nothing. */
  lost: Contents | null;
  measured: VolumeStats | null;
}

const minute = 60_000;
const day = 24 * 60 * minute;
export const nodeNames = ['nuc0', 'nuc1', 'nuc2'];

export function makeVolumes(random: Random): SimulatedVolume[] {
  return twentyLives(random).map(({ life, expectShrink }, i) => {
    const capacity = Math.max(10e9, life.contents.bytes * 4);
    return {
      ...{ key: `home/claim-${i}`, life, expectShrink, capacity, fileSystem: fileSystemOf(i, capacity, random) },
      ...{ node: i % nodeNames.length, podUid: 0, volumeName: 0, downUntil: 0, lost: null, measured: null },
    };
  });
}

/** ext4, old and new, xfs, and one that counts no inodes (never of a small volume: that leaves less than an empty one uses). */
function fileSystemOf(i: number, capacity: number, random: Random): FileSystem {
  if (i === 1 || i === 10) return { bytes: 4e6, inodes: null };
  if (i % 4 === 3) return { bytes: capacity * between(random, 0.003, 0.007), inodes: 3 };
  return { bytes: random() < 0.5 ? 24_576 : Math.min(40e6, capacity * 0.003), inodes: 11 };
}

/** What a kubelet measures of it. */
export function statsOf(volume: SimulatedVolume, at: number): VolumeStats {
  const { key, fileSystem, capacity, life, lost } = volume;
  const [namespace = '', claim = ''] = key.split('/');
  const contents = lost ?? life.contents;
  const usedBytes = Math.round(fileSystem.bytes + contents.bytes);
  const inodesUsed = fileSystem.inodes === null ? null : fileSystem.inodes + Math.floor(contents.files);
  const inodes = fileSystem.inodes === null ? 0 : 10_000_000;
  return {
    ...{ namespace, claim, pod: `${claim}-0`, at, capacityBytes: capacity, usedBytes, inodes, inodesUsed },
    ...{ availableBytes: Math.max(0, capacity - usedBytes), inodesFree: inodesUsed === null ? 0 : inodes - inodesUsed },
  };
}

/** A node of the generated cluster. */
export interface SimulatedNode {
  boot: number;
  /** It is not answered until then. */
  silentUntil: number;
  /** By how much its clock is ahead, ms. */
  ahead: number;
}

/** The snapshot of a moment: what was measured last of volumes whose pod runs, by kubelets that answer. */
export function snapshotOf(
  volumes: readonly SimulatedVolume[],
  nodes: readonly SimulatedNode[],
  now: number,
  real: number,
): Snapshot {
  const running = volumes.filter(({ downUntil }) => downUntil <= real);
  const stats = nodes.map((_node, i) => {
    const node = nodeNames[i] ?? '';
    const of = running.flatMap((volume) => (volume.node === i && volume.measured !== null ? volume.measured : []));
    return aNodeStats({ node, volumes: of });
  });
  const facts: { [K in FactKind]?: readonly FactTypes[K][] } = {
    nodeStats: stats,
    node: nodes.map(({ boot }, i) => nodeOf(i, boot)),
    pod: running.map((volume) => once(volume, 'pod', podOf)),
    persistentVolumeClaim: volumes.map((volume) => once(volume, 'claim', claimOf)),
    persistentVolume: [],
  };
  const maps = new Map<string, ReadonlyMap<string, unknown>>(
    Object.entries(facts).map(([kind, list]) => [kind, new Map(list.map((fact) => [fact.key, fact]))]),
  );
  const none = new Map<string, never>();
  const sources = nodes.map(({ silentUntil }, i) => {
    const name = `kubelet/${nodeNames[i]}`;
    const fresh = silentUntil <= real;
    return [name, { name, state: 'synced', since: 0, freshAt: now, role: 'feed', fresh }] as const;
  });
  return {
    now,
    facts: <K extends FactKind>(kind: K) => (maps.get(kind) ?? none) as ReadonlyMap<string, FactTypes[K]>,
    sources: new Map(sources),
    identity: { remembered: '', current: '' },
  };
}

/** Facts stay the same objects while nothing of them changes, as they do in the wall. */
function once<T>(volume: SimulatedVolume, kind: string, make: (volume: SimulatedVolume) => T): T {
  const id = `${kind} ${volume.podUid} ${volume.node} ${volume.volumeName}`;
  let facts = made.get(volume);
  if (facts === undefined) made.set(volume, (facts = new Map()));
  const before = facts.get(id) as T | undefined;
  if (before !== undefined) return before;
  const fact = make(volume);
  facts.set(id, fact);
  return fact;
}

const made = new WeakMap<SimulatedVolume, Map<string, unknown>>();
const madeNodes = new Map<string, FactTypes['node']>();

function nodeOf(i: number, boot: number): FactTypes['node'] {
  const id = `${i} ${boot}`;
  const fact = madeNodes.get(id) ?? aNode({ name: nodeNames[i] ?? '', bootId: `boot-${boot}` });
  madeNodes.set(id, fact);
  return fact;
}

function podOf({ key, node, podUid }: SimulatedVolume) {
  const [namespace = '', claim = ''] = key.split('/');
  return aPod({ namespace, name: `${claim}-0`, uid: `${key}-${podUid}`, node: nodeNames[node] ?? '', claims: [claim] });
}

function claimOf({ key, volumeName, expectShrink }: SimulatedVolume) {
  const [namespace = '', name = ''] = key.split('/');
  const wish = expectShrink ? { ...noStorageWish, expectShrink } : noStorageWish;
  return aClaim({ namespace, name, volume: aPersistentVolume({ name: `pvc-${name}-${volumeName}` }).name, wish });
}

/** What happens to pods and nodes in a step: re-creations, moves, reboots, kubelets that are silent, clocks that are set, resizes. */
export function happen(
  volumes: readonly SimulatedVolume[],
  nodes: readonly SimulatedNode[],
  at: number,
  ms: number,
  random: Random,
): void {
  for (const volume of volumes) {
    if (random() < (ms / day) * 0.15) {
      volume.podUid += 1;
      if (random() < 0.3) volume.node = Math.floor(random() * nodes.length);
      volume.downUntil = at + between(random, 0, random() < 0.1 ? day : 10 * minute);
      volume.measured = null;
    }
    if (random() < (ms / day) * 0.01) volume.capacity *= 1.5;
    if (volume.life.contents.bytes > 0.8 * volume.capacity) volume.capacity = volume.life.contents.bytes * 2;
  }
  for (const node of nodes) {
    if (random() < (ms / day) * 0.3) node.silentUntil = at + between(random, minute, 90 * minute);
    if (random() < (ms / day) * 0.02)
      node.ahead = random() < 0.5 ? 0 : between(random, -5 * 60 * minute, 5 * 60 * minute);
    if (random() < (ms / day) * 0.06)
      reboot(
        node,
        volumes.filter((volume) => nodes[volume.node] === node),
        at,
        random,
      );
  }
}

function reboot(node: SimulatedNode, volumes: readonly SimulatedVolume[], at: number, random: Random): void {
  node.boot += 1;
  node.silentUntil = at + between(random, minute, 10 * minute);
  for (const volume of volumes) {
    if (random() < 0.3) volume.podUid += 1;
    volume.measured = null;
    volume.downUntil = at + between(random, minute, 15 * minute);
  }
}
