import type { Effect, Explains } from '#server/engine/define-check.ts';
import { subjectId } from '#shared/finding.ts';
import { sameSubject } from './subjects.ts';

/** What is wrong with a workload explains these other checks' findings about the same one, which say no more than it does. */
export function explainsOfSame(checks: string[]): Explains {
  return {
    checks,
    about: ownSubject,
    noNews: true,
    when: (cause, effect) =>
      (cause.level === 'bad' || cause.level === 'warn') && sameSubject(cause.subject, effect.subject),
  };
}

/** One function, so that the engine asks it once for all rules that go by it. */
function ownSubject({ subject }: Effect): string {
  return subjectId(subject);
}
