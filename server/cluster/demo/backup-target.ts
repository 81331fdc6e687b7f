import { LONGHORN } from './make-longhorn.ts';
import { makeBackupTarget } from './make-backup.ts';
import type { World } from './world.ts';

/** The share on the NAS where backups go. */
export interface TargetLife {
  furnish(createdAt: number): void;
  /** Longhorn has looked at it again. */
  look(): void;
  /** It cannot be reached, and why; "" when it can be again. */
  lose(why: string): void;
}

export function createTargetLife({ store, now }: World): TargetLife {
  let createdAt = 0;
  let trouble = { why: '', since: 0 };

  function look(): void {
    const { why, since } = trouble;
    const known = store.get('longhornbackuptargets', `${LONGHORN}/default`);
    const before = Date.parse(String(known?.status['lastSyncedAt'] ?? ''));
    const syncedAt = why === '' || Number.isNaN(before) ? now() : before;
    store.put('longhornbackuptargets', makeBackupTarget(why, why === '' ? createdAt : since, createdAt, syncedAt));
  }

  return {
    look,
    furnish(at) {
      createdAt = at;
      trouble = { why: '', since: 0 };
      look();
    },
    lose(why) {
      if (why === trouble.why) return;
      trouble = { why, since: now() };
      look();
    },
  };
}
