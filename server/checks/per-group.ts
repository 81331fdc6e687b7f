import type { WorkloadGroup } from './workload-groups.ts';

let slots = 0;

/**
 * Works something out of a workload once, for as long as nothing of it changes. Held by the workload itself: a WeakMap for
 * each such thing costs the garbage collector more than all judging, with thousands of workloads.
 */
export function perGroup<T extends NonNullable<unknown> | null>(
  workOut: (group: WorkloadGroup) => T,
): (group: WorkloadGroup) => T {
  const slot = slots;
  slots += 1;
  return (group) => {
    const before = group.kept[slot];
    if (before !== undefined) return before as T;
    const worked = workOut(group);
    group.kept[slot] = worked;
    return worked;
  };
}
