import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, messageOf, objectOf, textOf, type Intern } from './read-raw.ts';

/** A VolumeAttachment: which node a volume is, or is to be, attached to. Source: `/apis/storage.k8s.io/v1/volumeattachments`. */
export interface VolumeAttachmentFact extends FactHead {
  name: string;
  /** The CSI driver. */
  attacher: string;
  node: string;
  /** Name of the PersistentVolume, "" for one that has none. */
  volume: string;
  attached: boolean;
  /** What went wrong last; null if nothing did. */
  attachError: { message: string; at: number | null } | null;
  detachError: { message: string; at: number | null } | null;
  createdAt: number | null;
  deletingAt: number | null;
}

/** A raw VolumeAttachment as a fact; null if it has no name. */
export function volumeAttachmentFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): VolumeAttachmentFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...{ key: identity.key, uid: identity.uid, source, name: identity.name },
    attacher: intern(textOf(spec['attacher'])),
    node: intern(textOf(spec['nodeName'])),
    volume: textOf(objectOf(spec['source'])['persistentVolumeName']),
    attached: status['attached'] === true,
    attachError: errorOf(status['attachError'], intern),
    detachError: errorOf(status['detachError'], intern),
    createdAt: meantTimeOf(metadata['creationTimestamp']),
    deletingAt: meantTimeOf(metadata['deletionTimestamp']),
  };
}

function errorOf(value: unknown, intern: Intern): VolumeAttachmentFact['attachError'] {
  const { message, time } = objectOf(value);
  const text = intern(messageOf(message));
  const at = meantTimeOf(time);
  return text === '' && at === null ? null : { message: text, at };
}
