import type { Effect } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EndpointSliceFact } from '#server/facts/endpoint-slice.ts';
import type { ServiceFact } from '#server/facts/service.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { figuresOf, isUp } from './group-figures.ts';
import { labelsOf } from './ingress-controller.ts';
import { perFacts } from './per-snapshot.ts';
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

/** A Service of which no pod is ready. */
export interface EmptyService {
  endpoints: Endpoints;
  groups: readonly WorkloadGroup[];
  /** True if that is meant: what it leads to wants no pods. */
  scaled: boolean;
}

/** Null where a pod is ready, and for what leads elsewhere than to pods of its own selection. */
export function emptyService(service: ServiceFact, snapshot: Snapshot): EmptyService | null {
  if (service.selector === null || service.type === 'ExternalName') return null;
  const endpoints = endpointsByService(snapshot).get(service.key) ?? nothing;
  if (endpoints.ready > 0) return null;
  const groups = workloadsOfService(service, snapshot);
  const wantsNone = groups.length > 0 && groups.every((group) => figuresOf(group).wanted === 0);
  return { endpoints, groups, scaled: wantsNone && endpoints.unreadyCount === 0 };
}

const nothing: Endpoints = { ready: 0, unreadyCount: 0, unready: [] };

/** The workloads that a Service leads to: those whose pods have the labels that it selects. */
export function workloadsOfService({ namespace, selector }: ServiceFact, snapshot: Snapshot): readonly WorkloadGroup[] {
  if (selector === null) return none;
  const wanted = Object.entries(selector);
  const known = byLabel(allWorkloads(snapshot));
  let fewest: readonly WorkloadGroup[] | null = null;
  for (const [key, value] of wanted) {
    const having = known.get(labelKey(namespace, key, value)) ?? none;
    if (fewest === null || having.length < fewest.length) fewest = having;
  }
  return (fewest ?? none).filter((group) => {
    const labels = labelsOf(group);
    return wanted.every(([key, value]) => labels[key] === value);
  });
}

const none: readonly never[] = [];

/**
 * Workloads by namespace and each label of their pods, for as long as no workload changes: where hundreds of hosts are down
 * each of them asks, each second.
 */
function byLabel(all: readonly WorkloadGroup[]): ReadonlyMap<string, readonly WorkloadGroup[]> {
  const before = labelled.get(all);
  if (before !== undefined) return before;
  const found = new Map<string, WorkloadGroup[]>();
  for (const group of all) {
    for (const [key, value] of Object.entries(labelsOf(group))) {
      const id = labelKey(group.subject.namespace ?? '', key, value);
      const having = found.get(id);
      if (having === undefined) found.set(id, [group]);
      else having.push(group);
    }
  }
  labelled.set(all, found);
  return found;
}

const labelled = new WeakMap<readonly WorkloadGroup[], ReadonlyMap<string, readonly WorkloadGroup[]>>();

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace} ${key}=${value}`;
}

/**
 * The workload that an effect on a Service, or on a host that leads to Services, most likely comes from: of those behind it the
 * one in the deepest trouble. Null where none is known, or where what is wrong comes before any workload is asked.
 */
export function workloadBehind(effect: Pick<Effect, 'subject'>, snapshot: Snapshot): WorkloadGroup | null {
  const { kind, namespace = '', name } = effect.subject;
  if (kind === 'Service') return workloadBehindAny([`${namespace}/${name}`], snapshot);
  const probe = probeOf(effect, snapshot);
  if (probe === undefined || beforeAnyone.includes(probe.trouble)) return null;
  const by = { all: allWorkloads(snapshot), services: snapshot.facts('service') };
  const before = behindProbe.get(probe);
  if (before?.all === by.all && before.services === by.services) return before.group;
  const group = workloadBehindAny(probe.services, snapshot);
  behindProbe.set(probe, { ...by, group });
  return group;
}

interface Behind {
  all: readonly WorkloadGroup[];
  services: ReadonlyMap<string, ServiceFact>;
  group: WorkloadGroup | null;
}

/** What is behind a probe, for as long as neither it nor any workload or Service changes. */
const behindProbe = new WeakMap<ServiceProbeFact, Behind>();

function workloadBehindAny(keys: readonly string[], snapshot: Snapshot): WorkloadGroup | null {
  const groups = keys.flatMap((key) => {
    const service = snapshot.facts('service').get(key);
    return service === undefined ? [] : workloadsOfService(service, snapshot);
  });
  const [first = null] = groups.toSorted((a, b) => soundness(a) - soundness(b) || (a.id < b.id ? -1 : 1));
  return first;
}

/** Where it fails on the way, or the controller itself answers so. */
const beforeAnyone = ['dns', 'tls', 'forbidden-address', 'not-http'];

/** 0: it wants pods and none is ready; 1: some are missing; 2: nothing is. What is scaled to 0 serves nobody either. */
function soundness(group: WorkloadGroup): number {
  if (figuresOf(group).ready === 0) return 0;
  return isUp(group) ? 2 : 1;
}
