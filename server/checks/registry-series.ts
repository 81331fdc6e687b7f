import { defineSeries, type Measured, type SeriesRule } from '#server/engine/define-series.ts';
import { seriesName } from '#server/engine/sampler.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Subject } from '#shared/finding.ts';
import { probeSubject } from './registry-hosts.ts';
import { registryCalled } from './registry-words.ts';
import { shorten } from './shorten.ts';

/** How long each registry takes to answer, while it does. */
export const registryLatency = defineSeries({
  series: 'registry/latency',
  unit: 'ms',
  title: (subject) => `${titleOf(subject)} answers in`,
  needs: ['registryProbe'],
  read: ofEach(({ outcome, latencyMs }) => (outcome === 'up' ? latencyMs : null)),
});

/** 100 while a registry is up, 0 while it is not: the average is its uptime. */
export const registryReachable = defineSeries({
  series: 'registry/reachable',
  unit: 'percent',
  title: (subject) => `${titleOf(subject)} is up`,
  needs: ['registryProbe'],
  read: ofEach(({ outcome }) => (outcome === 'up' ? 100 : 0)),
});

/** All that is measured of registries. */
export const registrySeries: SeriesRule[] = [registryLatency, registryReachable];

/** The names of a registry's charts. */
export function registryCharts(subject: Subject): string[] {
  return registrySeries.map((rule) => seriesName(rule, subject));
}

function titleOf(subject: Subject | null): string {
  const called = registryCalled(shorten(subject?.name ?? '', 40));
  return called.startsWith('registry ') ? `R${called.slice(1)}` : called;
}

function ofEach(measure: (probe: RegistryProbeFact) => number | null): (snapshot: Snapshot) => Measured[] {
  return (snapshot) =>
    [...snapshot.facts('registryProbe').values()].flatMap((probe) => {
      const value = measure(probe);
      return value === null ? [] : [{ subject: probeSubject(probe), value }];
    });
}
