import type { Verdict } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { perGroup } from './per-group.ts';
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
  return perGroup((group) => ({
    subject: group.subject,
    level: 'ok',
    say: say(sentence, { name: shorten(group.subject.name, 60) }),
    ...(sources === undefined ? {} : { sources: sources(group) }),
  }));
}
