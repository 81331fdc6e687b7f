import type { Verdict } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { shorten } from './shorten.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/**
 * Makes verdicts of workloads with nothing wrong, `sentence` with `{name}`: one for as long as nothing of a workload changes.
 * `sources` names what they are judged by where that is not what the check requires.
 */
export function fineVerdicts(
  sentence: string,
  sources?: (group: WorkloadGroup) => string[],
): (group: WorkloadGroup) => Verdict {
  const kept = new WeakMap<WorkloadGroup, Verdict>();
  return (group) => {
    const before = kept.get(group);
    if (before !== undefined) return before;
    const { subject } = group;
    const verdict: Verdict = {
      subject,
      level: 'ok',
      say: say(sentence, { name: shorten(subject.name, 60) }),
      ...(sources === undefined ? {} : { sources: sources(group) }),
    };
    kept.set(group, verdict);
    return verdict;
  };
}
