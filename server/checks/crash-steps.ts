import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Step } from '#shared/finding.ts';
import type { FatalHint } from './fatal-hint.ts';
import { fatalSteps } from './fatal-steps.ts';
import { goBackStep } from './go-back.ts';
import { describePod } from './pull-steps.ts';
import { logStep, type RunPlace } from './run-place.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** The first steps for a container that ends by itself: what its last lines call for, its log, and the way back. */
export function crashSteps(
  group: WorkloadGroup,
  { pod, container }: { pod: PodFact; container: ContainerFact },
  hint: FatalHint | null,
  snapshot: Snapshot,
): Step[] {
  const place: RunPlace = { subject: group.subject, pod, container, node: snapshot.facts('node').get(pod.node ?? '') };
  const known = hint === null ? [] : fatalSteps(hint.look, place, hint.name);
  // Where data may be damaged, going back to another version makes it worse.
  const back = known.length > 0 ? [] : goBackStep(group, 'If a change brought it: back to the version before');
  return [...known, logStep(place), describePod(pod), ...back];
}
