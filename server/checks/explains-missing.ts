import type { Explains } from '#server/engine/define-check.ts';
import { explainsOfSame } from './same-workload.ts';

/** What is missing of a workload follows from why its pods are not there or do not start; `more` are further checks that do. */
export function explainsMissing(...more: string[]): Explains {
  return explainsOfSame(['workloads/not-ready', 'workloads/replicas-missing', 'workloads/rollout-stuck', ...more]);
}
