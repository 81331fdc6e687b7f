import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { VolumeAttachmentFact } from '#server/facts/volume-attachment.ts';
import { subjectId } from '#shared/finding.ts';
import { claimUses, type ClaimUse } from './claim-use.ts';
import { perSnapshot } from './per-snapshot.ts';
import { nodeSubject } from './subjects.ts';

/** A volume that is attached to a node which cannot let it go, while a pod elsewhere waits for it. */
export interface DeadAttachment {
  attachment: VolumeAttachmentFact;
  use: ClaimUse;
  /** True where the API does not know the node any more. */
  isGone: boolean;
  /** The pods that wait, at least one. */
  waiting: readonly [PodFact, ...PodFact[]];
  /** Since when both are so (epoch ms), null if that is not known. */
  since: number | null;
}

/** By the key of the claim; nothing while nodes cannot be seen. */
export const deadAttachments = perSnapshot((snapshot): ReadonlyMap<string, DeadAttachment> => {
  const found = new Map<string, DeadAttachment>();
  if (snapshot.sources.get('nodes')?.fresh !== true) return found;
  const attached = attachedToDead(snapshot);
  if (attached.size === 0) return found;
  for (const [key, use] of claimUses(snapshot)) {
    const attachment = use.claim.volume === '' ? undefined : attached.get(use.claim.volume);
    if (attachment === undefined || use.claim.accessModes.some((mode) => mode.endsWith('Many'))) continue;
    const [first, ...others] = use.pods.filter((pod) => waitsElsewhere(pod, attachment.node));
    if (first !== undefined) found.set(key, deadAttachment(attachment, use, [first, ...others], snapshot));
  }
  return found;
});

/** Attachments by volume, of nodes that are not ready or gone. */
function attachedToDead(snapshot: Snapshot): ReadonlyMap<string, VolumeAttachmentFact> {
  const nodes = snapshot.facts('node');
  const found = new Map<string, VolumeAttachmentFact>();
  for (const attachment of snapshot.facts('volumeAttachment').values()) {
    if (!attachment.attached || attachment.volume === '' || attachment.node === '') continue;
    if (nodes.get(attachment.node)?.conditions['Ready']?.status !== 'True') found.set(attachment.volume, attachment);
  }
  return found;
}

function waitsElsewhere({ node, ready, phase, deletingAt }: PodFact, attachedTo: string): boolean {
  return node !== null && node !== attachedTo && !ready && phase === 'Pending' && deletingAt === null;
}

function deadAttachment(
  attachment: VolumeAttachmentFact,
  use: ClaimUse,
  waiting: DeadAttachment['waiting'],
  snapshot: Snapshot,
): DeadAttachment {
  const node = snapshot.facts('node').get(attachment.node);
  const created = waiting.map(({ createdAt }) => createdAt);
  const waitsSince = created.includes(null) ? null : Math.min(...created.map((at) => at ?? 0));
  const downSince = node?.conditions['Ready']?.changedAt ?? null;
  const since = waitsSince === null ? downSince : Math.max(waitsSince, downSince ?? 0);
  return { attachment, use, isGone: node === undefined, waiting, since };
}

/** A node that is down explains that it lets go of no volume. */
export const explainsItsAttachments: Explains = {
  checks: ['storage/attached-to-dead-node'],
  about: nodeOfAttachment,
  when: (cause, effect, snapshot) =>
    (cause.level === 'bad' || cause.level === 'warn') &&
    nodeOfAttachment(effect, snapshot) === subjectId(cause.subject),
};

function nodeOfAttachment({ subject: { kind, namespace, name } }: Effect, snapshot: Snapshot): string | null {
  const found =
    kind === 'PersistentVolumeClaim' ? deadAttachments(snapshot).get(`${namespace ?? ''}/${name}`) : undefined;
  return found === undefined ? null : subjectId(nodeSubject(found.attachment.node));
}
