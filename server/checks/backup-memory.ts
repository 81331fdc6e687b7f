import type { BackupSystem } from './backup-view.ts';

/** A good backup as it is remembered, also after its object is gone. Times epoch ms. */
export interface RememberedBackup {
  system: BackupSystem;
  /** Of when its data are. */
  at: number;
  /** Null where not told. */
  bytes: number | null;
  /** `Kind/namespace/name` of the object that told of it. */
  object: string;
  /** Whether that object is still there. */
  there: boolean;
}

/** What is remembered of the backups of a claim (`namespace/name`, or `etcd`): kept by the check `backups/shrank`. */
export interface BackupMemory {
  /** The newest good ones, oldest first, at most 5 of each system. */
  good: readonly RememberedBackup[];
  /** When it was last seen to be covered by anything, in steps of an hour. */
  seenAt: number;
}

/** Under this check what is remembered of backups is found (`memoryOf`). */
export const backupMemoryCheck = 'backups/shrank';
