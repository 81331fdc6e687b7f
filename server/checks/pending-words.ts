import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { StorageClassFact } from '#server/facts/storage-class.ts';
import { claimEvents } from './claim-events.ts';
import { eventMessage } from './events-about.ts';
import { meaningOf, quotedEnd, type Meanings } from './meanings.ts';
import { idleMaker } from './provisioners.ts';
import { shorten } from './shorten.ts';

/** Where to look next when a claim gets no volume. */
export type PendingLook = 'classes' | 'volumes' | 'provisioner';

/** Why a claim has no volume yet. */
export interface PendingReason {
  words: string;
  look: PendingLook | null;
  /** What was said word for word, "" if nothing. */
  said: string;
}

/** What events say of a claim without a volume: word for word as controllers and provisioners write it. */
const meanings: Meanings<PendingLook> = [
  [/storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/i, 'there is no storage class $1', 'classes'],
  [
    /no persistent volumes available for this claim and no storage class is set/i,
    'no volume fits it, and it names no storage class',
    'classes',
  ],
  [/volume "([^"]+)" already bound to a different claim/i, 'the volume $1 belongs to another claim', 'volumes'],
  [/Cannot bind to requested volume "([^"]+)": requested PV is too small/i, 'the volume $1 is too small', 'volumes'],
  [
    /Cannot bind to requested volume "([^"]+)": incompatible accessMode/i,
    'the volume $1 has other access modes',
    'volumes',
  ],
  [
    /Cannot bind to requested volume "([^"]+)": storageClassName does not match/i,
    'the volume $1 is of another storage class',
    'volumes',
  ],
  [/Cannot bind to requested volume "([^"]+)"/i, 'it cannot be bound to the volume $1', 'volumes'],
  [
    /no space left|insufficient (?:storage|space|capacity)|not enough (?:free )?(?:space|storage|capacity)|ResourceExhausted|OutOfRange/i,
    'its storage has not enough room left',
    'provisioner',
  ],
  [
    /only support ReadWriteOnce|access mode.{0,40}(?:not supported|unsupported)/i,
    'its storage does not know its access mode',
    'classes',
  ],
  [
    /code = DeadlineExceeded|context deadline exceeded|timed out/i,
    'its storage does not answer in time',
    'provisioner',
  ],
  [
    /code = Unavailable|connection refused|no such host|no route to host/i,
    'its storage cannot be reached',
    'provisioner',
  ],
  [
    /code = (?:PermissionDenied|Unauthenticated)|access denied|permission denied/i,
    'its storage refuses it',
    'provisioner',
  ],
  [/error getting secret|secrets? "([^"]+)" not found/i, 'a Secret of its storage class is missing', 'classes'],
];

/** Said while a volume is still waited for, again and again, whatever holds it up. */
const waits = /Waiting for a volume to be created.*external provisioner '([^']+)'/i;

const telling: ReadonlySet<string> = new Set([
  'ProvisioningFailed',
  'FailedBinding',
  'ExternalProvisioning',
  'VolumeMismatch',
]);

/** Why a claim has no volume: what events say, else what its class and the volumes tell. */
export function pendingReason(claim: PersistentVolumeClaimFact, snapshot: Snapshot): PendingReason {
  const [failed, waiting] = saidOf(claim, snapshot);
  const idle = withoutMaker(claim, waiting || failed, snapshot);
  if (idle !== null) return idle;
  if (failed !== '') {
    const found = meaningOf(failed, meanings);
    return found === null
      ? { words: `its provisioner says ${quotedEnd(failed, 120)}`, look: 'provisioner', said: failed }
      : { words: found.words, look: found.look, said: failed };
  }
  const provisioner = waits.exec(waiting)?.[1];
  if (provisioner !== undefined)
    return { words: `its provisioner ${shorten(provisioner, 80)} has made none`, look: 'provisioner', said: waiting };
  return byItself(claim, snapshot);
}

/** True if somebody was asked to make the volume of a claim, or tried to. */
export function isAskedFor(claim: PersistentVolumeClaimFact, snapshot: Snapshot): boolean {
  return claimEvents(claim, snapshot).some(({ reason }) => telling.has(reason));
}

/** The newest failure, and the newest word of waiting; "" where there is none. */
function saidOf(claim: PersistentVolumeClaimFact, snapshot: Snapshot): [failed: string, waiting: string] {
  const messages = claimEvents(claim, snapshot)
    .filter(({ reason }) => telling.has(reason))
    .map(eventMessage);
  return [messages.find((text) => !waits.test(text)) ?? '', messages.find((text) => waits.test(text)) ?? ''];
}

/** Nobody is there who could make a volume: whatever was said before, that is it. */
function withoutMaker(claim: PersistentVolumeClaimFact, said: string, snapshot: Snapshot): PendingReason | null {
  const provisioner = classOf(claim, snapshot)?.provisioner ?? waits.exec(said)?.[1] ?? '';
  const idle = provisioner === '' ? null : idleMaker(provisioner, snapshot);
  if (idle === null) return null;
  const { name, namespace = '' } = idle.group.subject;
  return { words: `its provisioner ${shorten(`${namespace}/${name}`, 80)} does not run`, look: 'provisioner', said };
}

function byItself(claim: PersistentVolumeClaimFact, snapshot: Snapshot): PendingReason {
  const head = { said: '' };
  const { storageClass, volume } = claim;
  if (volume !== '' && isSeen('persistentvolumes', snapshot) && !snapshot.facts('persistentVolume').has(volume)) {
    return { ...head, words: `the volume ${shorten(volume, 80)} that it names is not there`, look: 'volumes' };
  }
  const found = classOf(claim, snapshot);
  if (found === null && storageClass !== '' && isSeen('storageclasses', snapshot)) {
    const words =
      storageClass === null
        ? 'there is no default storage class'
        : `there is no storage class ${shorten(storageClass, 80)}`;
    return { ...head, words, look: 'classes' };
  }
  if (found === null || found.provisioner === 'kubernetes.io/no-provisioner') {
    return { ...head, words: 'no volume that fits it is free', look: 'volumes' };
  }
  return { ...head, words: `its provisioner ${shorten(found.provisioner, 80)} has made none`, look: 'provisioner' };
}

function isSeen(source: string, snapshot: Snapshot): boolean {
  return snapshot.sources.get(source)?.fresh === true;
}

/** The class of a claim, the default one where it names none; null if there is none, or it cannot be seen. */
export function classOf({ storageClass }: PersistentVolumeClaimFact, snapshot: Snapshot): StorageClassFact | null {
  const classes = snapshot.facts('storageClass');
  if (storageClass !== null) return classes.get(storageClass) ?? null;
  return [...classes.values()].find(({ isDefault }) => isDefault) ?? null;
}
