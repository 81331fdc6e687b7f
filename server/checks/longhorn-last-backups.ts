import type { Snapshot } from '#server/engine/snapshot.ts';
import type { BackupRun } from './backup-view.ts';
import { longhornClaims } from './longhorn-claims.ts';

/** The last backup as the target and the volume tell of it, where its own object is not seen: how much is in it they do not say. */
export function longhornLastBackups(snapshot: Snapshot): BackupRun[] {
  const seen = new Set([...snapshot.facts('longhornBackup').values()].map(({ key }) => key));
  const told: BackupRun[] = [];
  const add = (kind: string, of: Told, claim: string): void => {
    const { namespace, name, lastBackup, lastBackupAt: at } = of;
    const key = `${namespace}/${lastBackup}`;
    if (lastBackup === '' || at === null || claim === '' || seen.has(key)) return;
    seen.add(key);
    told.push({
      ...{ system: 'longhorn', subject: { kind, namespace, name }, covers: [claim], plan: '', result: 'good' },
      ...{ at, bytes: null, why: '' },
    });
  };
  const { claimOf } = longhornClaims(snapshot);
  for (const volume of snapshot.facts('longhornBackupVolume').values()) {
    add('BackupVolume', volume, claimOf.get(`${volume.namespace}/${volume.volume}`) ?? volume.claim);
  }
  for (const volume of snapshot.facts('longhornVolume').values()) {
    add('LonghornVolume', volume, claimOf.get(volume.key) ?? '');
  }
  return told;
}

interface Told {
  namespace: string;
  name: string;
  lastBackup: string;
  lastBackupAt: number | null;
}
