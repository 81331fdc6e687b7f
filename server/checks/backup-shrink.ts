import type { RememberedBackup } from './backup-memory.ts';
import type { BackupSystem } from './backup-view.ts';

/** One backup of two that were compared: of when it is (epoch ms), what it holds, and who told of it. */
export interface ComparedBackup {
  at: number;
  bytes: number;
  /** `Kind/namespace/name`. */
  object: string;
}

/** A good backup that held less than half of the one before it. */
export interface BackupShrink {
  system: BackupSystem;
  from: ComparedBackup;
  to: ComparedBackup;
}

/** Less than that says nothing: a file more or less is half of it. */
const leastBytes = 10_000_000;

/**
 * Sizes of snapshots are those of the volume, not of its data; the cluster's own database is a third of its size after it is
 * tidied up, as k3s does at each start.
 */
const notCompared: ReadonlySet<BackupSystem> = new Set(['snapshots', 'etcd']);

/** True if sizes of backups of this system tell how much data there was. */
export function isCompared(system: BackupSystem): boolean {
  return !notCompared.has(system);
}

/**
 * The first of these backups (oldest first) that is later than `settledAt` and held less than half of the one before, if the newest
 * one still does; undefined if there is none.
 */
export function findShrink(good: readonly RememberedBackup[], settledAt: number): BackupShrink | undefined {
  for (const [system, ofSystem] of Map.groupBy(good, (each) => each.system)) {
    if (!isCompared(system)) continue;
    const sized = ofSystem.flatMap(({ at, bytes, object }) => (bytes === null ? [] : [{ at, bytes, object }]));
    const newest = sized.at(-1);
    for (const [i, to] of sized.entries()) {
      const from = sized[i - 1];
      if (newest === undefined || from === undefined || to.at <= settledAt || from.bytes <= leastBytes) continue;
      if (2 * to.bytes < from.bytes && 2 * newest.bytes < from.bytes) return { system, from, to };
    }
  }
  return undefined;
}
