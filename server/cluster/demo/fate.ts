/** What befalls the pods of a workload. */
export type Fate =
  /** Its container ends soon after each start, and the kubelet waits longer each time. `{at}` in the log is the time. */
  | { is: 'crashing'; exitCode: number; reason: 'Error' | 'OOMKilled'; log: readonly string[] }
  /** Its liveness probe fails now and then, and the kubelet starts it again. */
  | { is: 'restarting'; everyMs: number; message: string }
  /** It was made so long ago, and has restarted so often since, each time after running well for a while. */
  | { is: 'restarted'; madeAgoMs: number; times: number }
  /** Its image cannot be pulled; `why` is what the container runtime says. */
  | { is: 'unpulled'; why: string }
  /** Its container cannot be made from what the pod refers to: `configmap "x" not found`. */
  | { is: 'unconfigured'; message: string }
  | { is: 'unmounted'; message: string }
  /** Its old pod was taken away by force, and its volume cannot be attached where the new one is. */
  | { is: 'unattached'; message: string }
  | { is: 'unscheduled'; message: string }
  | { is: 'unready'; message: string }
  /** It was deleted 5 min ago and cannot go before somebody takes this finalizer away. */
  | { is: 'stuck'; finalizer: string }
  /** No pod can be created: the quota of the namespace allows no more than it has without it. */
  | { is: 'refused'; quota: string }
  /** No pod can be created: the API server asks this webhook first, whose certificate expired so long ago. */
  | { is: 'refused'; webhook: string; url: string; expiredAgoMs: number };

/** What an owner has done to a workload, or what has befallen it. */
export interface WorkloadFault {
  /** What is changed of its template, so that new pods come. */
  template?: { image?: string; memory?: string };
  fate: Fate;
}

// These befall a pod that runs; all others befall a new one.
const OF_RUNNING_PODS: readonly Fate['is'][] = ['crashing', 'restarting', 'restarted', 'unready', 'stuck'];

/** Whether it befalls pods that run already, or keeps new ones from running. */
export function befallsRunning({ is }: Fate): boolean {
  return OF_RUNNING_PODS.includes(is);
}
