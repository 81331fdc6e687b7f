import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

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
  void [raw, source, intern];
  return null;
}
