import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EtcdSnapshotFact } from '#server/facts/etcd-snapshot.ts';
import type { BackupPart } from './backup-part.ts';
import type { BackupRun } from './backup-view.ts';
import { perFacts } from './per-snapshot.ts';

/** What k3s and RKE2 write of their own database. When, stands in their configuration: no plan of it is seen. */
export const backupsOfEtcd: (snapshot: Snapshot) => BackupPart = perFacts(
  ['persistentVolumeClaim', 'etcdSnapshot'],
  (snapshot) => {
    const files = [...snapshot.facts('etcdSnapshot').values()];
    const places = new Map(files.map((file) => [placeOf(file), file]));
    return {
      plans: [],
      runs: files.map(runOf),
      targets: [...places].map(([place]) => ({
        ...{ system: 'etcd', key: `etcd/${place}`, subject: { kind: 'ETCDSnapshots', name: place }, url: place },
        ...{ available: null, why: '', checkedAt: null },
      })),
    };
  },
);

/** `file://nuc0` of what lies on the disk of the node that it is a backup of, else its bucket. */
function placeOf({ location, node }: EtcdSnapshotFact): string {
  if (location.startsWith('file:') || location === '') return `file://${node}`;
  const [, bucket = location] = /^([a-z0-9]+:\/\/[^/]*)/.exec(location) ?? [];
  return bucket;
}

function runOf({ name, ready, error, bytes, takenAt }: EtcdSnapshotFact): BackupRun {
  const result = error !== '' ? 'failed' : ready === true ? 'good' : ready === false ? 'running' : 'unknown';
  return {
    system: 'etcd',
    subject: { kind: 'ETCDSnapshotFile', name },
    ...{ covers: ['etcd'], plan: '', result, at: takenAt },
    ...{ bytes: result === 'good' ? bytes : null, why: error },
  };
}
