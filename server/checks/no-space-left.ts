import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId } from '#shared/finding.ts';
import { claimSubjectOf, claimUses, type ClaimUse } from './claim-use.ts';
import { workloadGroups } from './workload-groups.ts';

const says = /no space left on device|\bENOSPC\b|disk quota exceeded|database or disk is full/i;

/**
 * A claim that is full, by what `measure` tells of it in percent, explains why pods that mount it crash, where they say that no
 * space is left. Of several claims the fullest stands for all.
 */
export function noSpaceExplains(measure: (use: ClaimUse) => number | null): Explains {
  const about = (effect: Effect, snapshot: Snapshot): string | null => {
    const pods = workloadGroups(snapshot).get(subjectId(effect.subject))?.pods ?? [];
    const crying = pods.filter((pod) => pod.claims.length > 0 && saysNoSpace(pod, snapshot));
    const key = fullestOf(crying, measure, snapshot);
    return key === null ? null : subjectId(claimSubjectOf(key));
  };
  return {
    checks: ['workloads/crash-looping', 'workloads/restarting-often'],
    about,
    when: (cause, effect, snapshot) => cause.level === 'bad' && about(effect, snapshot) === subjectId(cause.subject),
  };
}

function saysNoSpace({ namespace, name, containers }: PodFact, snapshot: Snapshot): boolean {
  const logs = snapshot.facts('crashLog');
  return containers.some((container) => {
    const lines = logs.get(`${namespace}/${name}/${container.name}`)?.lines ?? [];
    return lines.some((line) => says.test(line)) || says.test(endedWith(container));
  });
}

/** What the container's own last word was, where it left one. */
function endedWith({ state, last }: PodFact['containers'][number]): string {
  const ended = state?.is === 'terminated' ? state : last;
  return ended?.message ?? '';
}

function fullestOf(
  pods: readonly PodFact[],
  measure: (use: ClaimUse) => number | null,
  snapshot: Snapshot,
): string | null {
  let fullest: { key: string; percent: number } | null = null;
  for (const { namespace, claims } of pods) {
    for (const claim of claims) {
      const key = `${namespace}/${claim}`;
      const use = claimUses(snapshot).get(key);
      const percent = use === undefined ? null : measure(use);
      if (percent !== null && (fullest === null || percent > fullest.percent)) fullest = { key, percent };
    }
  }
  return fullest?.key ?? null;
}
