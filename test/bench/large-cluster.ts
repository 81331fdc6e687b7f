import type { ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Store } from '#server/store/store.ts';
import { aDoor, aLease, anEvent, aPod } from '#test/builders/facts.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { noon } from '#test/builders/time.ts';
import { aContainer, aDaemonSet, aDeployment, anEnd, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';

/** What stands on each node: 6 Deployments of 5 pods, 2 StatefulSets of 4 and a pod of each of 2 DaemonSets. */
const podsOfNode = 40;
const deployments = { count: 6, pods: 5 };
const statefulSets = { count: 2, pods: 4 };
const daemonSets = ['agent', 'network'];
/** One of so many pods has or had trouble, and one of so many of those fails now. */
const troubled = 100;
const failing = 4;
const minute = 60_000;

const feeds = {
  nodes: 'node',
  leases: 'lease',
  pods: 'pod',
  events: 'event',
  apiservices: 'apiService',
  deployments: 'deployment',
  statefulsets: 'statefulSet',
  daemonsets: 'daemonSet',
  replicasets: 'replicaSet',
  resourcequotas: 'resourceQuota',
  'crash-logs': 'crashLog',
} as const;

/** A store with `nodes` x 40 pods of some 8 controllers a node, 1 % with trouble, a quarter of that failing, two nodes down. */
export function fillCluster(store: Store, nodes: number): void {
  for (const [name, kind] of Object.entries(feeds)) {
    store.declare({ name, role: 'feed', staleAfterMs: 1e9, kinds: [kind] });
    store.state(name, 'synced');
    store.fresh(name, noon);
  }
  const names = Array.from({ length: nodes }, (_, i) => `node-${i}`);
  store.replace('nodes', 'node', names.map(nodeOf));
  store.replace(
    'leases',
    'lease',
    names.map((node) => aLease({ node })),
  );
  store.declare({ name: 'api-door', role: 'probe', staleAfterMs: 1e9, kinds: ['apiDoor'] });
  store.state('api-door', 'synced');
  store.fresh('api-door', noon);
  store.upsert('api-door', 'apiDoor', aDoor());
  const pods = names.flatMap((node, i) => podsOn(node, i));
  store.replace('pods', 'pod', pods);
  fillControllers(store, nodes, pods);
  store.replace('events', 'event', pods.filter(isTroubled).slice(0, 1_000).flatMap(eventsOf));
}

/** The pod at `index`, of the cluster's nodes x 40, as it looks after its `change`th change. */
export function changedPod(store: Store, index: number, change: number): PodFact {
  const pods = store.snapshot().facts('pod');
  const key = [...pods.keys()][index % pods.size] ?? '';
  const pod = pods.get(key);
  if (pod === undefined) throw new Error(`there is no pod ${index}`);
  return { ...pod, readyChangedAt: noon - change, containers: pod.containers.map((each) => ({ ...each })) };
}

function nodeOf(name: string, index: number) {
  return index < 2 ? aNode({ name, conditions: { Ready: goneQuiet() } }) : aNode({ name });
}

function podsOn(node: string, index: number): PodFact[] {
  const down = index < 2;
  const pods: PodFact[] = [];
  const add = (part: Pick<PodFact, 'namespace' | 'name' | 'owner'> & Partial<PodFact>): void => {
    const number = index * podsOfNode + pods.length;
    const pod = aPod({ node, containers: [aContainer(), aContainer({ name: 'proxy' })], ...part });
    const lost = down ? { ready: false, readyChangedAt: noon - 10 * minute } : {};
    pods.push({ ...pod, ...lost, ...(number % troubled === 7 ? troubleOf(number / troubled) : {}) });
  };
  const namespace = `team-${index % 20}`;
  for (let i = 0; i < deployments.count; i += 1) {
    const hash = '5d4f8c7b9';
    const owner = { kind: 'ReplicaSet', name: `web-${index}-${i}-${hash}` };
    for (let pod = 0; pod < deployments.pods; pod += 1) {
      add({ namespace, name: `${owner.name}-x${pod}`, owner, templateHash: hash });
    }
  }
  for (let i = 0; i < statefulSets.count; i += 1) {
    const owner = { kind: 'StatefulSet', name: `data-${index}-${i}` };
    for (let pod = 0; pod < statefulSets.pods; pod += 1) add({ namespace, name: `${owner.name}-${pod}`, owner });
  }
  for (const name of daemonSets) {
    add({ namespace: 'kube-system', name: `${name}-${index}`, owner: { kind: 'DaemonSet', name } });
  }
  return pods;
}

/** Most have restarted and run again; the others crash, cannot pull, are killed for memory, not ready, or have no node. */
function troubleOf(number: number): Partial<PodFact> {
  const kind = Math.floor(number);
  const restarted = { restarts: 5, last: anEnd() };
  if (kind % failing !== 0) return pod([aContainer(restarted), aContainer({ name: 'proxy' })], true);
  const waiting = (reason: string): ContainerFact => {
    return aContainer({ ...restarted, ready: false, state: { is: 'waiting', reason, message: `${reason} of it` } });
  };
  switch (Math.floor(kind / failing) % 5) {
    case 0:
      return pod([waiting('CrashLoopBackOff')], false);
    case 1:
      return { ...pod([waiting('ImagePullBackOff')], false), phase: 'Pending' };
    case 2:
      return pod([{ ...waiting('CrashLoopBackOff'), last: anEnd({ reason: 'OOMKilled', exitCode: 137 }) }], false);
    case 3:
      return pod([aContainer({ ready: false })], false);
    default:
      return {
        ...{ phase: 'Pending', ready: false, node: null, containers: [aContainer({ ready: false, state: null })] },
        unscheduled: {
          reason: 'Unschedulable',
          message: '0/9 nodes are available: 9 Insufficient cpu.',
          since: noon - minute,
        },
        createdAt: noon - 9 * minute,
      };
  }
}

function pod(containers: ContainerFact[], ready: boolean): Partial<PodFact> {
  return { ready, readyChangedAt: noon - 9 * minute, containers, restarts: containers[0]?.restarts ?? 0 };
}

function isTroubled({ restarts, ready }: PodFact): boolean {
  return restarts > 0 || !ready;
}

function eventsOf({ namespace, name }: PodFact) {
  const about = { kind: 'Pod', namespace, name };
  return [
    anEvent({ key: `${namespace}/${name}.1`, about }),
    anEvent({
      key: `${namespace}/${name}.2`,
      about,
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    }),
  ];
}

function fillControllers(store: Store, nodes: number, pods: readonly PodFact[]): void {
  const ready = new Map<string, number>();
  for (const { namespace, owner, ready: isReady } of pods) {
    const key = `${owner?.kind}/${namespace}/${owner?.name}`;
    ready.set(key, (ready.get(key) ?? 0) + Number(isReady));
  }
  const counts = (kind: string, namespace: string, name: string, wanted: number) => {
    const count = ready.get(`${kind}/${namespace}/${name}`) ?? 0;
    return { namespace, name, wanted, current: wanted, updated: wanted, ready: count, available: count };
  };
  const places = Array.from({ length: nodes }, (_, node) => ({ node, namespace: `team-${node % 20}` }));
  const webs = places.flatMap(({ node, namespace }) =>
    Array.from({ length: deployments.count }, (_, i) => ({ namespace, name: `web-${node}-${i}` })),
  );
  store.replace(
    'replicasets',
    'replicaSet',
    webs.map(({ namespace, name }) =>
      aReplicaSet({
        ...counts('ReplicaSet', namespace, `${name}-5d4f8c7b9`, deployments.pods),
        owner: { kind: 'Deployment', name },
      }),
    ),
  );
  store.replace(
    'deployments',
    'deployment',
    webs.map(({ namespace, name }) =>
      aDeployment({ ...counts('ReplicaSet', namespace, `${name}-5d4f8c7b9`, deployments.pods), name }),
    ),
  );
  store.replace(
    'statefulsets',
    'statefulSet',
    places.flatMap(({ node, namespace }) =>
      Array.from({ length: statefulSets.count }, (_, i) =>
        aStatefulSet(counts('StatefulSet', namespace, `data-${node}-${i}`, statefulSets.pods)),
      ),
    ),
  );
  store.replace(
    'daemonsets',
    'daemonSet',
    daemonSets.map((name) => aDaemonSet(counts('DaemonSet', 'kube-system', name, nodes))),
  );
}
