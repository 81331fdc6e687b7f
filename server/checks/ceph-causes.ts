import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { findingId, subjectId } from '#shared/finding.ts';
import { classOf } from './pending-words.ts';

/** A Ceph cluster that is down explains claims of its classes that get no volume, and volumes that cannot be mounted. */
export const explainsItsClaims: Explains = {
  checks: ['storage/claim-pending', 'storage/mount-failing'],
  about: clusterOfClaim,
  when: (cause, effect, snapshot) =>
    cause.level === 'bad' && cause.key === undefined && clusterOfClaim(effect, snapshot) === subjectId(cause.subject),
};

/** `rook-ceph.rbd.csi.ceph.com`: the operator's namespace stands in front. */
const cephDriver = /^(?:(.+)\.)?(?:rbd|cephfs|nfs)\.csi\.ceph\.com$/;

/** The cluster that makes a claim's volumes, as the id of a subject: the one of that namespace, or the only one. */
function clusterOfClaim({ subject }: Effect, snapshot: Snapshot): string | null {
  if (subject.kind !== 'PersistentVolumeClaim') return null;
  const key = `${subject.namespace ?? ''}/${subject.name}`;
  const claim = snapshot.facts('persistentVolumeClaim').get(key);
  if (claim === undefined) return null;
  const made = snapshot.facts('persistentVolume').get(claim.volume)?.made.driver ?? '';
  const driver = cephDriver.exec(made === '' ? (classOf(claim, snapshot)?.provisioner ?? '') : made);
  if (driver === null) return null;
  const clusters = [...snapshot.facts('cephCluster').values()];
  const found =
    clusters.find(({ namespace }) => namespace === driver[1]) ?? (clusters.length === 1 ? clusters[0] : undefined);
  return found === undefined ? null : subjectId({ kind: 'CephCluster', namespace: found.namespace, name: found.name });
}

/** The key of what is said of how full a cluster is. */
export const cephRoomKey = 'room';

/** That nothing fresh is known of a cluster explains that nothing is of its room. */
export const silenceExplainsRoom: Explains = {
  checks: ['storage/ceph-health'],
  noNews: true,
  when: ({ subject, key, level }, effect) =>
    key === undefined &&
    level === 'unknown' &&
    effect.level === 'unknown' &&
    effect.id === findingId(effect.check, subject, cephRoomKey),
};
