import { defineSeries, type SeriesRule } from '#server/engine/define-series.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { shorten } from './shorten.ts';
import { probeSubject } from './service-subject.ts';

/** How many services are up, once all have been asked. */
export const servicesUp = defineSeries({
  series: 'services/up',
  unit: 'count',
  title: () => 'Services that are up',
  needs: ['serviceProbe'],
  lasting: true,
  read({ facts, sources }) {
    if (sources.get('services-probed')?.state === 'syncing') return [];
    const all = [...facts('serviceProbe').values()].filter(isAsked);
    return all.length === 0 ? [] : [{ subject: null, value: all.filter(isUp).length }];
  },
});

/** How long the last probe of a service took that was answered; nothing while none is. */
export const serviceLatency = defineSeries({
  series: 'services/latency',
  unit: 'ms',
  title: (subject) => `${nameOf(subject)} answers in`,
  needs: ['serviceProbe'],
  read: ({ facts }) =>
    [...facts('serviceProbe').values()].flatMap((probe) =>
      probe.phases === null || !wasAnswered(probe)
        ? []
        : [{ subject: probeSubject(probe), value: probe.phases.wholeMs }],
    ),
});

/** 100 while a service is up, 0 while it is not: its average is its uptime. */
export const serviceReachable = defineSeries({
  series: 'services/reachable',
  unit: 'percent',
  title: (subject) => `${nameOf(subject)} is up`,
  needs: ['serviceProbe'],
  read: ({ facts }) =>
    [...facts('serviceProbe').values()]
      .filter(isAsked)
      .map((probe) => ({ subject: probeSubject(probe), value: isUp(probe) ? 100 : 0 })),
});

/** The series of the area. */
export const serviceSeries: SeriesRule[] = [servicesUp, serviceLatency, serviceReachable];

/** The chart of one service. */
export function latencyOf(subject: Subject): string[] {
  return [`${serviceLatency.series}|${subjectId(subject)}`];
}

/** How many services are up, and of how many; null if there are none, or they are not asked at present. */
export function servicesAnswering({ facts, sources }: Snapshot): { n: number; all: number } | null {
  if (sources.get('services-probed')?.fresh !== true) return null;
  const all = [...facts('serviceProbe').values()].filter(isAsked);
  return all.length === 0 ? null : { n: all.filter(isUp).length, all: all.length };
}

/** True if its users get what they should. */
export function isUp({ outcome }: ServiceProbeFact): boolean {
  return outcome === 'up';
}

/** False if it leads to an address that the wall does not ask: then nothing is known of it, neither good nor bad. */
export function isAsked({ trouble }: Pick<ServiceProbeFact, 'trouble'>): boolean {
  return trouble !== 'forbidden-address';
}

/** True if the last probe brought an answer, be it an error. */
function wasAnswered({ trouble, misses }: ServiceProbeFact): boolean {
  return trouble === '' ? misses === 0 : ['status', 'text-missing', 'text-forbidden', 'json'].includes(trouble);
}

/** As first word of a title. */
function nameOf(subject: Subject | null): string {
  return subject === null ? 'A service' : `Service ${shorten(subject.name, 40)}`;
}
