import type { Effect } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EndpointSliceFact } from '#server/facts/endpoint-slice.ts';
import type { ServiceFact } from '#server/facts/service.ts';
import { figuresOf, isUp } from './group-figures.ts';
import { labelsOf } from './ingress-controller.ts';
import { perFacts, perSnapshot } from './per-snapshot.ts';
import { probeOf } from './service-subject.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** What EndpointSlices tell of a Service, added up. */
export interface Endpoints {
  ready: number;
  unreadyCount: number;
  unready: EndpointSliceFact['unready'];
}

/** The endpoints of Services, by `namespace/name`; none of those without a slice. */
export const endpointsByService = perFacts(['endpointSlice'], (snapshot): ReadonlyMap<string, Endpoints> => {
  const all = new Map<string, Endpoints>();
  for (const { namespace, service, ready, unready, unreadyCount } of snapshot.facts('endpointSlice').values()) {
    if (service === '') continue;
    const key = `${namespace}/${service}`;
    const before = all.get(key);
    all.set(key, {
      ready: (before?.ready ?? 0) + ready,
      unreadyCount: (before?.unreadyCount ?? 0) + unreadyCount,
      unready: [...(before?.unready ?? []), ...unready],
    });
  }
  return all;
});

/** The workloads that a Service leads to: those whose pods have the labels that it selects. */
export function workloadsOfService({ namespace, selector }: ServiceFact, snapshot: Snapshot): readonly WorkloadGroup[] {
  if (selector === null) return [];
  const wanted = Object.entries(selector);
  return (byNamespace(snapshot).get(namespace) ?? []).filter((group) => {
    const labels = labelsOf(group);
    return wanted.every(([key, value]) => labels[key] === value);
  });
}

/** Asked for what is in trouble alone; then for each of them. */
const byNamespace = perSnapshot((snapshot): ReadonlyMap<string, WorkloadGroup[]> => {
  const made = allWorkloads(snapshot).filter(({ controller }) => controller?.template != null);
  return Map.groupBy(made, ({ subject }) => subject.namespace ?? '');
});

/**
 * The workload that an effect on a Service, or on a host that leads to Services, most likely comes from: of those behind it the
 * one in the deepest trouble. Null where none is known, or where what is wrong comes before any workload is asked.
 */
export function workloadBehind(effect: Pick<Effect, 'subject'>, snapshot: Snapshot): WorkloadGroup | null {
  const keys = servicesOf(effect, snapshot);
  const groups = keys.flatMap((key) => {
    const service = snapshot.facts('service').get(key);
    return service === undefined ? [] : workloadsOfService(service, snapshot);
  });
  const [first = null] = groups.toSorted((a, b) => soundness(a) - soundness(b) || (a.id < b.id ? -1 : 1));
  return first;
}

/** `namespace/name` of the Services that an effect is about. */
function servicesOf(effect: Pick<Effect, 'subject'>, snapshot: Snapshot): readonly string[] {
  const { kind, namespace = '', name } = effect.subject;
  if (kind === 'Service') return [`${namespace}/${name}`];
  const probe = probeOf(effect, snapshot);
  return probe === undefined || beforeAnyone.includes(probe.trouble) ? [] : probe.services;
}

/** Where it fails on the way, or the controller itself answers so. */
const beforeAnyone = ['dns', 'tls', 'forbidden-address', 'not-http'];

/** 0: it wants pods and none is ready; 1: some are missing; 2: nothing is. What is scaled to 0 serves nobody either. */
function soundness(group: WorkloadGroup): number {
  if (figuresOf(group).ready === 0) return 0;
  return isUp(group) ? 2 : 1;
}
