import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryImagesFact } from '#server/facts/registry-images.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { pullTroubles } from './pull-trouble.ts';
import { workloadsWith } from './registry-needs.ts';
import { workloadGroups, type WorkloadGroup } from './workload-groups.ts';

/** Images that are gone explain the workloads whose findings speak of them; not the only one, for which one workload waits. */
export const goneExplainWaiting: Explains = {
  checks: ['workloads/image-cannot-be-pulled'],
  when(cause, { subject }, snapshot) {
    const held = imagesOfFinding(cause.subject, snapshot);
    const group = workloadGroups(snapshot).get(subjectId(subject));
    if (held === undefined || group === undefined || onlyWaiting(held, snapshot) === group) return false;
    return missingOf(held).includes(toldImage(group));
  },
};

/** A workload with an image that does not exist explains that its registry lacks that one: a tag that was never pushed is its own. */
export const waitingExplainsGone: Explains = {
  checks: ['registry/images-missing'],
  about: ({ subject }: Effect, snapshot) => {
    const held = imagesOfFinding(subject, snapshot);
    return (held && onlyWaiting(held, snapshot)?.id) ?? null;
  },
  when(cause, { subject }, snapshot) {
    const held = imagesOfFinding(subject, snapshot);
    return held !== undefined && onlyWaiting(held, snapshot)?.id === subjectId(cause.subject);
  },
};

function imagesOfFinding(subject: Subject, snapshot: Snapshot): RegistryImagesFact | undefined {
  return snapshot.facts('registryImages').get(subjectId(subject));
}

function missingOf({ images }: RegistryImagesFact): string[] {
  return images.flatMap(({ image, held }) => (held === 'missing' ? image : []));
}

/** The one workload that waits for the one image that is missing; null if there are more of either. */
function onlyWaiting(held: RegistryImagesFact, snapshot: Snapshot): WorkloadGroup | null {
  const [image, ...others] = missingOf(held);
  if (image === undefined || others.length > 0) return null;
  const [group = null, ...more] = workloadsWith(image, snapshot).filter((each) => toldImage(each) === image);
  return more.length === 0 ? group : null;
}

/** The one image that a workload's finding speaks of, "" if it gets all. */
function toldImage(group: WorkloadGroup): string {
  return pullTroubles(group)[0]?.image ?? '';
}
