import shrank from '#server/checks/backups/shrank.ts';
import type { BackupMemory } from '#server/checks/backup-memory.ts';
import { sourcesOfSystem, type BackupSystem } from '#server/checks/backup-view.ts';
import type { Snapshot, SourceView } from '#server/engine/snapshot.ts';
import {
  aLonghornBackup,
  aLonghornBackupTarget,
  aLonghornRecurringJob,
  aLonghornVolume,
} from '#test/builders/backups.ts';
import { aPod } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '#test/builders/storage.ts';
import { hour, noon } from '#test/builders/time.ts';

/** The sources of these systems are there, and of no other. */
export function installed(...systems: BackupSystem[]): Record<string, Partial<SourceView>> {
  const others = (Object.keys(sourcesOfSystem) as BackupSystem[]).filter((system) => !systems.includes(system));
  const names = others.filter((system) => system !== 'cronjob').flatMap((system) => sourcesOfSystem[system]);
  return Object.fromEntries(names.map((name) => [name, { state: 'absent', fresh: false, freshAt: null }]));
}

/** A claim `namespace/name`, its volume, its Longhorn volume, and a pod that mounts it. */
export function aHome(key: string) {
  const [namespace = '', name = ''] = key.split('/');
  const volume = `pvc-${name}`;
  const claim = { namespace, name, uid: `uid-${namespace}-${name}` };
  const made = { is: 'csi' as const, driver: 'driver.longhorn.io', handle: volume, server: '', path: '' };
  return {
    claim: aClaim({ namespace, name }),
    volume: aPersistentVolume({ name: volume, claim, made }),
    longhorn: aLonghornVolume({
      ...{ name: volume, claim: { namespace, name, isPast: false } },
      ...{ lastBackup: '', lastBackupAt: null },
    }),
    pod: aPod({ namespace, name: `${name}-pod`, claims: [name] }),
  };
}

/** Longhorn's backup of a claim, so many hours ago. */
export function aBackupOf(key: string, hoursAgo: number, part: Parameters<typeof aLonghornBackup>[0] = {}) {
  const volume = `pvc-${key.split('/')[1] ?? ''}`;
  const at = noon - hoursAgo * hour;
  const name = `backup-${volume}-${Math.round(hoursAgo)}`;
  return aLonghornBackup({ name, volume, claim: key, takenAt: at, createdAt: at, ...part });
}

/** A house with these claims, Longhorn, its nightly job and target; `more` and `parts` lie over that. */
export function aHouse(keys: readonly string[], more: SnapshotParts['more'] = {}, parts: SnapshotParts = {}): Snapshot {
  const homes = keys.map(aHome);
  return aSnapshot({
    pods: homes.map(({ pod }) => pod),
    sources: installed('longhorn'),
    ...parts,
    more: {
      persistentVolumeClaim: homes.map(({ claim }) => claim),
      persistentVolume: homes.map(({ volume }) => volume),
      longhornVolume: homes.map(({ longhorn }) => longhorn),
      longhornRecurringJob: [aLonghornRecurringJob()],
      longhornBackupTarget: [aLonghornBackupTarget()],
      ...more,
    },
  });
}

/** What is remembered after these snapshots were judged one after the other, as the engine does. */
export function remembered(
  snapshots: readonly Snapshot[],
  before: ReadonlyMap<string, BackupMemory> = new Map(),
): Map<string, BackupMemory> {
  const { subjects, remember, keeps } = shrank.remembers!;
  let memory = new Map(before);
  for (const snapshot of snapshots) {
    const after = new Map<string, BackupMemory>();
    for (const subject of subjects(snapshot)) {
      after.set(subject, remember(memory.get(subject), subject, snapshot, 1_000) as BackupMemory);
    }
    for (const [subject, each] of memory) if (!after.has(subject) && keeps!(each, snapshot)) after.set(subject, each);
    memory = after;
  }
  return memory;
}
