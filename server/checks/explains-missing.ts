import type { Explains } from '#server/engine/define-check.ts';
import { sameSubject } from './subjects.ts';

/** What is missing of a workload follows from why its pods are not there or do not start; `more` are further checks that do. */
export function explainsMissing(...more: string[]): Explains {
  return {
    checks: ['workloads/not-ready', 'workloads/replicas-missing', 'workloads/rollout-stuck', ...more],
    when: (cause, effect) =>
      (cause.level === 'bad' || cause.level === 'warn') && sameSubject(cause.subject, effect.subject),
  };
}
