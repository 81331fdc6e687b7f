import type { Snapshot } from '#server/engine/snapshot.ts';
import type { DeploymentFact } from '#server/facts/deployment.ts';
import { perGroup } from './per-group.ts';
import { allWorkloads, workloadGroups, type WorkloadGroup } from './workload-groups.ts';

/** How far a controller is with bringing its newest version to all its pods. */
export interface RollOut {
  /** `over`: there is nothing (more) to do; `paused` and `held-back`: somebody has said that it shall not go on by itself. */
  stage: 'over' | 'under-way' | 'paused' | 'held-back';
  wanted: number;
  /** Pods that there are, of whichever version. */
  current: number;
  updated: number;
  /** Pods that do their work, of whichever version. */
  serving: number;
  /** True if the API itself has given it up. */
  givenUp: boolean;
}

/** What is remembered of a controller that has not all it wants. Counts are the best that were seen since it began. */
export interface RollOutMemory {
  wanted: number;
  current: number;
  updated: number;
  serving: number;
  /** When it last came any further (epoch ms). */
  progressAt: number;
}

/** The roll-out of a workload; null where no controller is seen, or its counts are not yet of its newest specification. */
export function rollOutOf({ controller }: WorkloadGroup): RollOut | null {
  if (controller === null || !controller.observed || controller.deletingAt !== null) return null;
  const { wanted, current, updated, ready, available } = controller;
  const counts = { wanted, current, updated, givenUp: false };
  if ('paused' in controller) {
    return { ...counts, serving: available, stage: deploymentStage(controller), givenUp: isGivenUp(controller) };
  }
  const outdated = wanted > 0 && updated < wanted;
  if ('rollingOut' in controller) {
    const open = controller.rollingOut && (outdated || ready < wanted);
    return {
      ...counts,
      serving: ready,
      stage: open ? (controller.heldBack ? heldStage(outdated) : 'under-way') : 'over',
    };
  }
  if ('misplaced' in controller) {
    return {
      ...counts,
      serving: available,
      stage: outdated ? (controller.heldBack ? 'held-back' : 'under-way') : 'over',
    };
  }
  return { ...counts, serving: ready, stage: 'over' };
}

/** One that is held back and has nothing to hold back is merely not ready. */
function heldStage(outdated: boolean): RollOut['stage'] {
  return outdated ? 'held-back' : 'over';
}

function deploymentStage({
  wanted,
  current,
  updated,
  available,
  paused,
  progressing,
}: DeploymentFact): RollOut['stage'] {
  if (wanted === 0) return 'over';
  if (paused) return updated < wanted ? 'paused' : 'over';
  // Pods that fail later do not begin it anew.
  if (progressing?.reason === 'NewReplicaSetAvailable') return 'over';
  const complete = updated >= wanted && current <= updated && (available >= wanted || progressing === null);
  return complete ? 'over' : 'under-way';
}

function isGivenUp({ progressing }: DeploymentFact): boolean {
  return progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
}

/** Ids of the workloads whose progress is watched: under way, or with fewer pods than they want. */
export function* unfinishedWorkloads(snapshot: Snapshot): Generator<string> {
  for (const group of allWorkloads(snapshot)) if (isUnfinished(group)) yield group.id;
}

/** True if it is under way, or has fewer pods than it wants. */
export const isUnfinished = perGroup((group): boolean => {
  const rollOut = rollOutOf(group);
  return rollOut !== null && (rollOut.stage !== 'over' || rollOut.serving < rollOut.wanted);
});

/** What to remember of a workload's progress now. Pure; some 100 bytes. */
export function rememberRollOut(before: RollOutMemory | undefined, id: string, snapshot: Snapshot): RollOutMemory {
  const group = workloadGroups(snapshot).get(id);
  const now = group === undefined ? null : rollOutOf(group);
  if (now === null) return before ?? { wanted: 0, current: 0, updated: 0, serving: 0, progressAt: snapshot.now };
  const { wanted, current, updated, serving } = now;
  // Another number of pods, or fewer of the newest version: it began anew.
  if (before === undefined || wanted !== before.wanted || updated < before.updated) {
    return {
      wanted,
      current,
      updated,
      serving,
      progressAt: before === undefined ? toldProgress(group, snapshot.now, snapshot.now) : snapshot.now,
    };
  }
  // Pods that come and go are no progress: only what is better than ever before.
  const further = updated > before.updated || serving > before.serving || current < before.current;
  if (!further) return before;
  return {
    ...{ wanted, updated },
    current: Math.min(current, before.current),
    serving: Math.max(serving, before.serving),
    progressAt: snapshot.now,
  };
}

/** When it last came any further (epoch ms): by what was seen, or by what the API says. */
export function progressAt(memory: RollOutMemory | undefined, group: WorkloadGroup, now: number): number {
  return Math.max(memory?.progressAt ?? 0, toldProgress(group, now, 0)) || now;
}

/** When a Deployment came further as the API says it, else `otherwise`. */
function toldProgress(group: WorkloadGroup | undefined, now: number, otherwise: number): number {
  const controller = group?.controller;
  if (controller == null || !('paused' in controller)) return otherwise;
  const { status, updatedAt } = controller.progressing ?? { status: '', updatedAt: null };
  return status === 'True' && updatedAt !== null && updatedAt <= now ? updatedAt : otherwise;
}
