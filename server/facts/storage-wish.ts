import type { Raw } from './read-raw.ts';

/** What the annotations `clusterwall.dev/...` of a claim, or of a CronJob, say of its data and backups. */
export interface StorageWish {
  /** `clusterwall.dev/expect-shrink: "true"`: its data come and go. */
  expectShrink: boolean;
  /** `clusterwall.dev/backup: "none"`: it is not to be backed up. */
  noBackup: boolean;
  /** `clusterwall.dev/restore-tested: "2026-10-01"`: when a restore was last tried, epoch ms (UTC midnight); null if not said. */
  restoreTestedAt: number | null;
  /** What of them cannot be understood, in words; "" if nothing. */
  problem: string;
}

/** What an object's annotations wish; the very same object where they say nothing, as most do. */
export function storageWishOf(annotations: Raw): StorageWish {
  void annotations;
  return noStorageWish;
}

/** Nothing is wished. */
export const noStorageWish: StorageWish = Object.freeze({
  ...{ expectShrink: false, noBackup: false, restoreTestedAt: null, problem: '' },
});
