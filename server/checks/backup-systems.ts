import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind } from '#server/facts/fact.ts';
import { backupKinds, sourcesOfSystem, type BackupSystem } from './backup-view.ts';
import { perSnapshot } from './per-snapshot.ts';

/** What a system is called on the page. */
export const systemNames: Record<BackupSystem, string> = {
  ...{ longhorn: 'Longhorn', velero: 'Velero', k8up: 'K8up', volsync: 'VolSync' },
  ...{ snapshots: 'VolumeSnapshots', cronjob: 'CronJob', etcd: 'etcd snapshots' },
};

/** All that are known. */
export const allSystems = Object.keys(sourcesOfSystem) as BackupSystem[];

/** What every check of backups may look at; each verdict names what it was judged by. */
export const backupNeeds: Partial<Record<FactKind, 'optional'>> = Object.fromEntries(
  backupKinds.map((kind) => [kind, 'optional']),
);

/**
 * The sources by which something of these systems is judged, and of sources beside them. One that is forbidden is left out: it
 * would leave all unknown for good, and is told as a right that is missing.
 */
export function backupSources(
  systems: readonly BackupSystem[],
  snapshot: Snapshot,
  beside: readonly string[] = [],
): string[] {
  const kept = sourceStates(snapshot);
  const key = `${systems.join()} ${beside.join()}`;
  const before = kept.get(key);
  if (before !== undefined) return before;
  const found = sourcesOf(systems, snapshot, beside);
  kept.set(key, found);
  return found;
}

/**
 * What is kept of `backupSources`: the very same as long as the same sources are there and may be looked at, so that who asks needs
 * not ask again. Hundreds of verdicts are judged by the same ones.
 */
export const sourceStates: (snapshot: Snapshot) => Map<string, string[]> = perSnapshot(({ sources }) => {
  const told = asked.filter((name) => sources.has(name) && sources.get(name)?.state !== 'forbidden').join();
  const kept = keptSources.get(told) ?? new Map<string, string[]>();
  if (!keptSources.has(told) && keptSources.size >= mostStates) keptSources.clear();
  keptSources.set(told, kept);
  return kept;
});

/** All that anybody asks for. */
const asked = ['persistentvolumeclaims', 'pods', 'nodes', 'services', ...Object.values(sourcesOfSystem).flat()];
const keptSources = new Map<string, Map<string, string[]>>();
/** Of a few clusters, as they come and go. */
const mostStates = 8;

function sourcesOf(systems: readonly BackupSystem[], { sources }: Snapshot, beside: readonly string[]): string[] {
  const names = [...beside, ...systems.flatMap((system) => sourcesOfSystem[system])];
  return [...new Set(names)].filter((name) => sources.has(name) && sources.get(name)?.state !== 'forbidden');
}

/** The same of all systems there are: without them nobody can say that something is not backed up. */
export function allBackupSources(snapshot: Snapshot, beside: readonly string[] = []): string[] {
  return backupSources(allSystems, snapshot, beside);
}

/** Systems of which something may not be looked at. */
export function forbiddenSystems({ sources }: Snapshot): BackupSystem[] {
  const isForbidden = (name: string) => sources.get(name)?.state === 'forbidden';
  return allSystems.filter((system) => sourcesOfSystem[system].some(isForbidden));
}

/** True if what this system does not list is not there: all that lists it can be believed now. */
export function isListedWholly(system: BackupSystem, { sources }: Snapshot): boolean {
  return sourcesOfSystem[system].every((name) => {
    const source = sources.get(name);
    return source !== undefined && (source.fresh || source.state === 'absent');
  });
}
