import type { Snapshot } from '#server/engine/snapshot.ts';
import type { BackupRun } from './backup-view.ts';
import { longhornClaims } from './longhorn-claims.ts';
import { perInputs } from './per-inputs.ts';

/** The last backup as the target and the volume tell of it, where its own object is not seen: how much is in it they do not say. */
export function longhornLastBackups(snapshot: Snapshot): BackupRun[] {
  const seen = new Set([...snapshot.facts('longhornBackup').values()].map(({ key }) => key));
  const told: BackupRun[] = [];
  const add = (kind: string, of: Told, claim: string): void => {
    const { namespace, lastBackup, lastBackupAt: at } = of;
    const key = `${namespace}/${lastBackup}`;
    if (lastBackup === '' || at === null || claim === '' || seen.has(key)) return;
    seen.add(key);
    told.push(runOf(of, kind, claim));
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

/** The very same as long as nothing of it changes. */
const runOf = perInputs(({ namespace, name, lastBackupAt: at }: Told, kind: string, claim: string): BackupRun => {
  return {
    ...{ system: 'longhorn', subject: { kind, namespace, name }, covers: [claim], plan: '', result: 'good' },
    ...{ at, bytes: null, why: '' },
  };
});

interface Told {
  namespace: string;
  name: string;
  lastBackup: string;
  lastBackupAt: number | null;
}
