import type { ServiceProbeFact } from '#server/facts/service-probe.ts';

/** Works something out of a probe once, for as long as nothing of it changes: hundreds may be down, and all are judged each second. */
export function perProbe<T extends NonNullable<unknown>>(
  workOut: (probe: ServiceProbeFact) => T,
): (probe: ServiceProbeFact) => T {
  const kept = new WeakMap<ServiceProbeFact, T>();
  return (probe) => {
    const before = kept.get(probe);
    if (before !== undefined) return before;
    const worked = workOut(probe);
    kept.set(probe, worked);
    return worked;
  };
}
