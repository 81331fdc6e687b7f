import { withWantedTaints } from './node-taints.ts';
import { believed } from './pod-phases.ts';
import { rawTime, type RawNode, type RawPod } from './raw-objects.ts';
import type { World } from './world.ts';

// As the controller-manager of 1.36 has them.
const MONITOR_EVERY_MS = 5000;
const GRACE_MS = 50_000;
const EVICT_AFTER_MS = 300_000;
// All that a kubelet reports besides Ready.
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Judges nodes by their heartbeats, taints them, and evicts what ran on them. Ends with the schedule. */
export function startNodeController(world: World, evict: (pod: RawPod) => void): void {
  const { store, schedule, door } = world;
  const heardAt = new Map<string, number>();
  const doubted = new Set<string>();
  let couldWrite = true;

  for (const { metadata, spec } of store.list('leases')) heardAt.set(metadata.name, Date.parse(spec.renewTime));
  store.onWrite(({ resource, after }) => {
    if (resource === 'leases' && after) heardAt.set(after.metadata.name, schedule.now());
  });

  function monitor(): void {
    // While the API server was away nobody could be heard, which is no node's fault.
    if (door.acceptsWrites && !couldWrite) heardAt.clear();
    couldWrite = door.acceptsWrites;
    if (!couldWrite) return;
    for (const node of store.list('nodes')) examine(node);
  }

  function examine(node: RawNode): void {
    const { name } = node.metadata;
    const now = schedule.now();
    const last = heardAt.get(name) ?? now;
    heardAt.set(name, last);
    const ready = node.status.conditions.find(({ type }) => type === 'Ready')?.status;
    const lost = now - last > GRACE_MS && ready !== 'Unknown';
    const judged = withWantedTaints(lost ? unheard(node, now) : node, now);
    if (judged !== node) store.put('nodes', judged);
    if (lost) tellLost(judged);
    if (!lost && ready === 'True' && doubted.delete(name)) believePods(name);
    const execute = judged.spec.taints?.find(({ effect }) => effect === 'NoExecute');
    if (execute && now - Date.parse(execute.timeAdded ?? rawTime(now)) >= EVICT_AFTER_MS) {
      for (const pod of podsOn(name)) evictPod(world, pod, evict);
    }
  }

  function tellLost(node: RawNode): void {
    const { name } = node.metadata;
    doubted.add(name);
    const message = `Node ${name} status is now: NodeNotReady`;
    world.note({ about: node, kind: 'Node', reason: 'NodeNotReady', message, component: 'node-controller' });
    for (const pod of podsOn(name)) {
      if (pod.status.phase !== 'Running') continue;
      const note = { reason: 'NodeNotReady', message: 'Node is not ready', component: 'node-controller' };
      const about = store.put('pods', believed(pod, false, schedule.now()));
      world.note({ ...note, about, kind: 'Pod', type: 'Warning' });
    }
  }

  /** The kubelet that speaks again says that its containers ran all the time. */
  function believePods(name: string): void {
    for (const pod of podsOn(name)) {
      const unready = pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'False');
      if (unready && pod.status.containerStatuses?.every(({ ready }) => ready)) {
        store.put('pods', believed(pod, true, schedule.now()));
      }
    }
  }

  const podsOn = (name: string) => store.list('pods').filter((pod) => pod.spec.nodeName === name);

  schedule.every(MONITOR_EVERY_MS, MONITOR_EVERY_MS, monitor);
}

function evictPod(world: World, pod: RawPod, evict: (pod: RawPod) => void): void {
  const { namespace, name, deletionTimestamp, ownerReferences } = pod.metadata;
  if (deletionTimestamp !== undefined || pod.status.phase !== 'Running') return;
  if (ownerReferences?.[0]?.kind === 'DaemonSet') return;
  const message = `Marking for deletion Pod ${namespace}/${name}`;
  const reason = 'TaintManagerEviction';
  world.note({ about: pod, kind: 'Pod', reason, message, component: 'taint-eviction-controller' });
  evict(pod);
}

/** What the controller writes over a status that nobody posts any more. */
function unheard(node: RawNode, now: number): RawNode {
  const conditions = node.status.conditions.map((condition) => {
    if (condition.type !== 'Ready' && !PRESSURES.includes(condition.type)) return condition;
    const message = 'Kubelet stopped posting node status.';
    const lastTransitionTime = rawTime(now);
    return { ...condition, status: 'Unknown', lastTransitionTime, reason: 'NodeStatusUnknown', message };
  });
  return { ...node, status: { ...node.status, conditions } };
}
