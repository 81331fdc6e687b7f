import { defineSeries, type Measured, type SeriesRule } from '#server/engine/define-series.ts';
import { seriesName } from '#server/engine/sampler.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { figuresOf, type GroupFigures } from './group-figures.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';
import { workloadUses, type WorkloadUse } from './workload-use.ts';

/** How many pods all workloads should have. */
export const podsWanted = defineSeries({
  series: 'workloads/pods-wanted',
  unit: 'count',
  title: () => 'Pods wanted',
  needs: ['pod'],
  read: (snapshot) => [{ subject: null, value: sum(snapshot, ({ wanted }) => wanted) }],
});

/** How many pods of workloads are ready. */
export const podsReady = defineSeries({
  series: 'workloads/pods-ready',
  unit: 'count',
  title: () => 'Pods ready',
  needs: ['pod'],
  read: (snapshot) => [{ subject: null, value: sum(snapshot, ({ ready }) => ready) }],
});

/** Restarts of the containers that there are: of all together, and of each workload that has any. */
export const restarts = defineSeries({
  series: 'workloads/restarts',
  unit: 'count',
  title: (subject) => (subject === null ? 'Restarts' : `Restarts of ${subject.name}`),
  needs: ['pod'],
  *read(snapshot) {
    yield { subject: null, value: sum(snapshot, (figures) => figures.restarts) };
    for (const group of allWorkloads(snapshot)) {
      const { restarts: value } = figuresOf(group);
      if (value > 0) yield { subject: group.subject, value };
    }
  },
});

/** How much memory each workload uses, the working set of its pods. */
export const workloadMemory = defineSeries({
  series: 'workloads/memory',
  unit: 'bytes',
  title: (subject) => `Memory of ${subject?.name ?? 'workloads'}`,
  needs: ['pod', 'nodeStats'],
  read: ofEach(({ memoryBytes }) => memoryBytes),
});

/** How many cores each workload uses. */
export const workloadCpu = defineSeries({
  series: 'workloads/cpu',
  unit: 'cores',
  title: (subject) => `CPU of ${subject?.name ?? 'workloads'}`,
  needs: ['pod', 'nodeStats'],
  read: ofEach(({ cpuCores }) => cpuCores),
});

/** All that is measured of workloads; where there are too many for all, the first ones come first. */
export const workloadSeries: SeriesRule[] = [podsWanted, podsReady, restarts, workloadMemory, workloadCpu];

/** The name of the chart of a workload's restarts, if it has any. */
export function restartsOf(group: WorkloadGroup): string[] {
  return figuresOf(group).restarts > 0 ? [seriesName(restarts, group.subject)] : [];
}

/** The names of the charts of a workload's memory, where kubelets are asked, and of its restarts. */
export function memoryAndRestartsOf(group: WorkloadGroup, snapshot: Snapshot): string[] {
  const measured = snapshot.facts('nodeStats').size > 0;
  return [...(measured ? [seriesName(workloadMemory, group.subject)] : []), ...restartsOf(group)];
}

function sum(snapshot: Snapshot, figure: (figures: GroupFigures) => number): number {
  let all = 0;
  for (const group of allWorkloads(snapshot)) if (group.controller?.deletingAt == null) all += figure(figuresOf(group));
  return all;
}

function ofEach(figure: (use: WorkloadUse) => number | null): (snapshot: Snapshot) => Iterable<Measured> {
  return function* (snapshot) {
    for (const use of workloadUses(snapshot)) {
      const value = figure(use);
      if (value !== null) yield { subject: use.group.subject, value };
    }
  };
}
