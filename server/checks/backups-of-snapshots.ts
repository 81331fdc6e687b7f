import type { Snapshot } from '#server/engine/snapshot.ts';
import type { VolumeSnapshotFact } from '#server/facts/volume-snapshot.ts';
import type { BackupPart } from './backup-part.ts';
import type { BackupRun } from './backup-view.ts';
import { perFacts } from './per-snapshot.ts';

/** VolumeSnapshots, whoever makes them. What makes them again and again is not told by any of them. */
export const backupsOfSnapshots: (snapshot: Snapshot) => BackupPart = perFacts(
  ['persistentVolumeClaim', 'volumeSnapshot'],
  (snapshot) => ({
    ...{ plans: [], targets: [] },
    runs: [...snapshot.facts('volumeSnapshot').values()].flatMap((each) => runOf(each) ?? []),
  }),
);

/** Its size is that of a volume restored from it, not of its data: no measure of them. */
function runOf({ namespace, name, claim, ready, error, takenAt }: VolumeSnapshotFact): BackupRun | null {
  if (claim === '') return null;
  return {
    system: 'snapshots',
    subject: { kind: 'VolumeSnapshot', namespace, name },
    ...{ covers: [`${namespace}/${claim}`], plan: '' },
    // An error may be of an attempt before the one that made it ready.
    result: ready === true ? 'good' : error !== '' ? 'failed' : 'running',
    ...{ at: takenAt, bytes: null, why: ready === true ? '' : error },
  };
}
