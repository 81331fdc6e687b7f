import { claimKey, type Claim } from './claims.ts';
import { LONGHORN } from './make-longhorn.ts';
import { backupName, makeBackup, makeBackupVolume, type BackupNote } from './make-backup.ts';
import type { StorageLife } from './storage-life.ts';
import type { World } from './world.ts';

/** The backups that the target holds, as Longhorn tells of them. Notes of a claim are oldest first. */
export interface BackupShelf {
  of(claim: Claim): readonly BackupNote[];
  /** These are there of a claim, and no others. */
  show(claim: Claim, notes: readonly BackupNote[]): void;
  /** One more is there; of those that are done so many stay. */
  add(note: BackupNote, keeps: number): void;
  /** Nothing is there of a claim, not even that there was something. */
  clear(claim: Claim): void;
  /** Forgets all: its objects are gone. */
  forget(): void;
}

/** `createdAt` tells when the oldest of all was made, epoch ms. */
export function createBackupShelf({ store, now }: World, storage: StorageLife, createdAt: () => number): BackupShelf {
  const held = new Map<string, readonly BackupNote[]>();
  const of = (claim: Claim) => held.get(claimKey(claim)) ?? [];

  function show(claim: Claim, notes: readonly BackupNote[]): void {
    const before = of(claim);
    for (const { at } of before) {
      if (!notes.some((note) => note.at === at)) store.remove('longhornbackups', keyOfBackup(claim, at));
    }
    for (const note of notes) if (!before.includes(note)) store.put('longhornbackups', makeBackup(note));
    held.set(claimKey(claim), notes);
    const last = notes.findLast(isGood) ?? null;
    store.put('longhornbackupvolumes', makeBackupVolume(claim, last, createdAt(), now()));
    storage.tellBackup(claim, last === null ? null : { name: backupName(claim, last.at), at: doneAt(last) });
  }

  return {
    of,
    show,
    add(note, keeps) {
      const others = of(note.claim).filter(({ at }) => at !== note.at);
      const all = [...others, note].toSorted((one, other) => one.at - other.at);
      const good = all.filter(isGood);
      const old = new Set(note.tookMs === null ? [] : good.slice(0, Math.max(0, good.length - keeps)));
      const stay = all.filter((each) => !old.has(each));
      show(note.claim, stay);
    },
    clear(claim) {
      for (const { at } of of(claim)) store.remove('longhornbackups', keyOfBackup(claim, at));
      const { name } = makeBackupVolume(claim, null, createdAt(), now()).metadata;
      store.remove('longhornbackupvolumes', `${LONGHORN}/${name}`);
      held.delete(claimKey(claim));
    },
    forget: () => held.clear(),
  };
}

function isGood({ tookMs, error }: BackupNote): boolean {
  return tookMs !== null && error === '';
}

function doneAt({ at, tookMs }: BackupNote): number {
  return at + (tookMs ?? 0);
}

function keyOfBackup(claim: Claim, at: number): string {
  return `${LONGHORN}/${backupName(claim, at)}`;
}
