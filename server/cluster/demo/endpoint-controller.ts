import { endpointOf } from './make-service.ts';
import type { RawPod } from './raw-objects.ts';
import type { RawEndpoint } from './raw-services.ts';
import type { World } from './world.ts';

/** Keeps the EndpointSlices in step with the pods. Ends with the schedule. */
export interface EndpointController {
  /** Writes all that is out of step. */
  settle(): void;
}

// The controller hears of a pod, and writes, within a blink.
const REACTS_IN_MS = 100;

export function startEndpointController(world: World): EndpointController {
  const { store } = world;
  let isAwake = false;

  function settle(): void {
    const pods = Map.groupBy(store.list('pods'), ({ metadata }) => metadata.namespace ?? '');
    const slices = new Map(store.list('endpointslices').map((slice) => [serviceOf(slice.metadata), slice]));
    for (const { metadata, spec } of store.list('services')) {
      const { namespace = '', name } = metadata;
      const slice = slices.get(`${namespace}/${name}`);
      if (!spec.selector || !slice) continue;
      const endpoints = endpointsOf(spec.selector, pods.get(namespace) ?? []);
      if (JSON.stringify(endpoints) === JSON.stringify(slice.endpoints)) continue;
      const generation = (slice.metadata.generation ?? 1) + 1;
      store.put('endpointslices', { ...slice, metadata: { ...slice.metadata, generation }, endpoints });
    }
  }

  store.onWrite(({ resource, last }) => {
    // The pods of jobs serve nobody.
    if (resource !== 'pods' || last.metadata.ownerReferences?.[0]?.kind === 'Job' || isAwake) return;
    isAwake = true;
    world.later(REACTS_IN_MS, () => {
      isAwake = false;
      settle();
    });
  });
  return { settle };
}

function endpointsOf(selector: Record<string, string>, pods: readonly RawPod[]): RawEndpoint[] {
  const wanted = Object.entries(selector);
  const selected = pods.filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  return selected.flatMap((pod) => endpointOf(pod) ?? []);
}

function serviceOf({ namespace = '', labels }: { namespace?: string; labels?: Record<string, string> }): string {
  return `${namespace}/${labels?.['kubernetes.io/service-name'] ?? ''}`;
}
