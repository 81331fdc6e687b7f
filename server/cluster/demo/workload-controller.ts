import { keyOf, type Write } from './object-store.ts';
import type { RawDeployment, RawReplicaSet } from './raw-workloads.ts';
import type { RawObject, RawPod } from './raw-objects.ts';
import type { ResourceName } from './resources.ts';
import {
  daemonSetStatus,
  deploymentStatus,
  quotaStatus,
  replicaSetStatus,
  statefulSetStatus,
} from './workload-status.ts';
import type { World } from './world.ts';

/** Keeps the status of workloads and quotas in step with the pods. Ends with the schedule. */
export interface WorkloadController {
  /** Writes all that is out of step, as of that time. */
  settle(at: number): void;
  /** Why no pod of this owner can be created; null if nothing is in the way any more. */
  refuse(ownerUid: string, message: string | null): void;
}

// Controllers hear of a change, and write, within a blink.
const REACTS_IN_MS = 100;
const SEEN: readonly ResourceName[] = [
  ...(['pods', 'nodes', 'deployments', 'replicasets'] as const),
  ...(['statefulsets', 'daemonsets', 'resourcequotas'] as const),
];
const NONE: readonly RawPod[] = [];

export function startWorkloadController(world: World): WorkloadController {
  const { store } = world;
  const refusals = new Map<string, string>();
  let isAwake = false;

  function wake(): void {
    if (isAwake) return;
    isAwake = true;
    world.later(REACTS_IN_MS, () => {
      isAwake = false;
      settle(world.now());
    });
  }

  function settle(now: number): void {
    const pods = Map.groupBy(store.list('pods'), (pod) => pod.metadata.ownerReferences?.[0]?.uid ?? '');
    const of = ({ metadata }: RawObject) => pods.get(metadata.uid) ?? NONE;
    for (const each of store.list('replicasets')) {
      const refusal = refusals.get(each.metadata.uid) ?? null;
      putStatus(world, 'replicasets', each, replicaSetStatus(each, of(each), refusal, now));
    }
    for (const each of store.list('deployments')) settleDeployment(each, now);
    for (const each of store.list('statefulsets')) {
      putStatus(world, 'statefulsets', each, statefulSetStatus(each, of(each)));
    }
    const nodes = store.list('nodes');
    for (const each of store.list('daemonsets')) {
      putStatus(world, 'daemonsets', each, daemonSetStatus(each, of(each), nodes));
    }
    for (const each of store.list('resourcequotas')) {
      const inside = store.list('pods').filter(({ metadata }) => metadata.namespace === each.metadata.namespace);
      putStatus(world, 'resourcequotas', each, quotaStatus(each, inside));
    }
  }

  function settleDeployment(deployment: RawDeployment, now: number): void {
    const owns = ({ metadata }: RawReplicaSet) => metadata.ownerReferences[0]?.uid === deployment.metadata.uid;
    const status = deploymentStatus(deployment, store.list('replicasets').filter(owns), now);
    putStatus(world, 'deployments', deployment, status);
    const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
    // A roll-out that stands still is found out by time alone.
    if (progressing?.reason === 'ReplicaSetUpdated') {
      world.later(deployment.spec.progressDeadlineSeconds * 1000, wake);
    }
  }

  store.onWrite((write) => {
    if (isNews(world, write)) wake();
  });

  return {
    settle,
    refuse(ownerUid, message) {
      if (message === null) refusals.delete(ownerUid);
      else if (!refusals.has(ownerUid)) refusals.set(ownerUid, message);
      wake();
    },
  };
}

/** Whether a write can change a status: what becomes of a node, or of a job's pod where there is no quota, does not. */
function isNews({ store }: World, { resource, before, after, last }: Write): boolean {
  if (resource === 'nodes') return before === null || after === null;
  if (resource === 'pods' && last.metadata.ownerReferences?.[0]?.kind === 'Job') {
    return store.list('resourcequotas').some(({ metadata }) => metadata.namespace === last.metadata.namespace);
  }
  return SEEN.includes(resource);
}

type Watched = 'deployments' | 'replicasets' | 'statefulsets' | 'daemonsets' | 'resourcequotas';

/** Writes a status if it says something new. */
function putStatus<T extends RawObject & { status: object }>(
  { store }: World,
  resource: Watched,
  object: T,
  status: T['status'],
): void {
  if (JSON.stringify(status) === JSON.stringify(object.status)) return;
  const current = store.get(resource, keyOf(object));
  if (current) store.put(resource, { ...current, status } as never);
}
