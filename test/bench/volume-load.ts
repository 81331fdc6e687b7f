import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import { sourceOfKind } from '#server/facts/fact.ts';
import type { SeriesStore } from '#server/history/history.ts';
import type { Store } from '#server/store/store.ts';
import * as backups from '#test/builders/backups.ts';
import { aDoor, aLease, aNodeStats, aPod } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { aClaim, aPersistentVolume, aStorageClass, aVolumeStats } from '#test/builders/storage.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

/** A cluster with many volumes: so many claims, each with its volume of Longhorn, its pod, and four backups. */
const claims = 500;
export const nodes = 10;
const backupsEach = 4;
const namespaces = 20;

interface Place {
  namespace: string;
  name: string;
  volume: string;
  node: string;
}

const places: Place[] = Array.from({ length: claims }, (_, i) => ({
  ...{ namespace: `team-${i % namespaces}`, name: `data-${i}`, volume: `pvc-${i}`, node: nodeName(i % nodes) },
}));

function nodeName(i: number): string {
  return `nuc${i}`;
}

/** Of all else that no cluster like this has, that is known. */
const alwaysServed: ReadonlySet<FactKind> = new Set<FactKind>([
  'apiDoor',
  'event',
  'cronJob',
  'replicaSet',
  'statefulSet',
]);

type Facts = { [K in FactKind]?: FactTypes[K][] };

/** A store with all of it, every source fresh. One of 50 claims is fuller than it should be, one of 100 is not backed up. */
export function fillVolumes(store: Store): void {
  const facts = factsOf();
  for (const [kind, source] of Object.entries(sourceOfKind) as [FactKind, string][]) {
    if (source.includes('*')) continue;
    const isThere = kind in facts || alwaysServed.has(kind);
    store.declare({ name: source, role: kind === 'apiDoor' ? 'probe' : 'feed', staleAfterMs: 1e9, kinds: [kind] });
    store.state(source, isThere ? 'synced' : 'absent');
    if (!isThere) continue;
    store.fresh(source, noon);
    store.replace(source, kind, (facts[kind] ?? []) as never);
  }
  store.upsert('api-door', 'apiDoor', aDoor());
  for (let i = 0; i < nodes; i += 1) {
    const name = `kubelet/${nodeName(i)}`;
    store.declare({ name, role: 'feed', staleAfterMs: 1e9, kinds: ['nodeStats'] });
    store.state(name, 'synced');
    kubeletAnswers(store, i, noon);
  }
}

function factsOf(): Facts {
  const all = Array.from({ length: nodes }, (_, i) => nodeName(i));
  return {
    node: all.map((name) => aNode({ name })),
    lease: all.map((node) => aLease({ node })),
    pod: places.map(({ namespace, name, node }) =>
      aPod({ namespace, name: `${name}-0`, node, claims: [name], owner: { kind: 'StatefulSet', name } }),
    ),
    storageClass: [aStorageClass()],
    persistentVolumeClaim: places.map(({ namespace, name, volume }) => aClaim({ namespace, name, volume })),
    persistentVolume: places.map(({ namespace, name, volume }) =>
      aPersistentVolume({ name: volume, claim: { namespace, name, uid: `uid-${namespace}-${name}` } }),
    ),
    ...longhornFacts(all),
    veleroLocation: [backups.aVeleroLocation()],
  };
}

function longhornFacts(all: readonly string[]): Facts {
  return {
    longhornVolume: places.map(({ namespace, name, volume, node }, i) =>
      backups.aLonghornVolume({
        ...{ name: volume, volume, node, claim: { namespace, name, isPast: false } },
        ...{ lastBackup: `backup-${i}-0`, groups: i % 100 === 99 ? ['none'] : ['default'] },
      }),
    ),
    longhornReplica: places.flatMap(({ volume }, i) =>
      [0, 1].map((replica) =>
        backups.aLonghornReplica({ name: `${volume}-r-${replica}`, volume, node: nodeName((i + replica) % nodes) }),
      ),
    ),
    longhornNode: all.map((name) => backups.aLonghornNode({ name })),
    longhornBackup: places.flatMap((_, i) => Array.from({ length: backupsEach }, (_none, age) => backupOf(i, age))),
    longhornBackupVolume: places.map(({ namespace, name, volume }, i) =>
      backups.aLonghornBackupVolume({
        ...{ name: `${volume}-0a`, volume, claim: `${namespace}/${name}`, lastBackup: `backup-${i}-0` },
      }),
    ),
    longhornBackupTarget: [backups.aLonghornBackupTarget()],
    longhornRecurringJob: [backups.aLonghornRecurringJob()],
  };
}

function backupOf(i: number, age: number) {
  const { namespace, name, volume } = places[i]!;
  const takenAt = noon - 10 * hour - age * 24 * hour;
  return backups.aLonghornBackup({
    ...{ name: `backup-${i}-${age}`, volume, claim: `${namespace}/${name}`, takenAt, createdAt: takenAt + minute },
    bytes: 1_900_000_000 - age * 1_000_000,
  });
}

/** How full a claim is at a moment, bytes of 10 GB: a quarter of them grow by the hour, all others go up and down. */
function usedOf(i: number, at: number): number {
  const begin = i % 50 === 49 ? 8.7e9 : 3e9 + (i % 4) * 1e9;
  const hours = (at - noon) / hour;
  return Math.round(begin + (i % 4 === 3 ? hours * 15e6 : Math.sin(hours + i) * 40e6));
}

/** A kubelet tells of all its volumes anew, as each does every 30 s. */
export function kubeletAnswers(store: Store, i: number, at: number): void {
  const node = nodeName(i);
  const volumes = places.flatMap(({ namespace, name }, claim) => {
    if (claim % nodes !== i) return [];
    const usedBytes = usedOf(claim, at);
    const room = { usedBytes, availableBytes: 10_000_000_000 - usedBytes };
    return [aVolumeStats({ namespace, claim: name, pod: `${name}-0`, at: at - 5_000, ...room })];
  });
  const disk = { ...aNodeStats().disk!, at: at - 5_000 };
  store.upsert(`kubelet/${node}`, 'nodeStats', aNodeStats({ node, disk, volumes }));
  store.fresh(`kubelet/${node}`, at);
}

/** A Backup object of Longhorn changes: one that is made tells how far it is. */
export function backupChanges(store: Store, turn: number, at: number): void {
  const i = (turn * 37) % claims;
  store.upsert('longhorn-backups', 'longhornBackup', {
    ...backupOf(i, 0),
    ...{ name: `backup-${i}-now`, key: `longhorn-system/backup-${i}-now`, uid: `uid-backup-${i}-now` },
    ...{ state: 'InProgress', takenAt: at, createdAt: at, bytes: turn },
  });
}

/** Velero looks at its place for backups each minute, and says when it did. */
export function targetIsValidated(store: Store, at: number): void {
  store.upsert('velero-locations', 'veleroLocation', backups.aVeleroLocation({ validatedAt: at }));
}

/** The six hours before, as a wall has them that has run for so long. */
export function fillHistory(series: SeriesStore): void {
  for (let at = noon - 6 * hour; at < noon; at += 5 * minute) {
    series.record(
      at,
      places.map(({ namespace, name }, i) => ({
        ...{ series: `storage/used|PersistentVolumeClaim/${namespace}/${name}`, value: usedOf(i, at), lasting: true },
      })),
    );
  }
}
