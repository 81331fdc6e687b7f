import type { Revision, Template } from './make-pod.ts';
import {
  makeDaemonSet,
  makeDeployment,
  makeReplicaSet,
  makeStatefulSet,
  makeTemplate,
  referenceTo,
  replicasOf,
  REVISION,
} from './make-workload.ts';
import { keyOf } from './object-store.ts';
import type { RawDeployment } from './raw-workloads.ts';
import type { Workload } from './workloads.ts';
import type { World } from './world.ts';

const HASH_LETTERS = 10;

/** Creates the objects of a workload, without pods. Returns its first revision. */
export function putObjects({ store, random }: World, workload: Workload, createdAt: number): Revision {
  const hash = random.suffix(HASH_LETTERS);
  const first = { hash, template: {} };
  switch (workload.kind) {
    case 'Deployment': {
      const deployment = store.put('deployments', makeDeployment(workload, random, createdAt));
      const replicaSet = store.put('replicasets', makeReplicaSet(workload, deployment, first, random, createdAt));
      return { ...first, owner: referenceTo('ReplicaSet', replicaSet.metadata) };
    }
    case 'StatefulSet': {
      const { metadata } = store.put('statefulsets', makeStatefulSet(workload, hash, random, createdAt));
      return { ...first, owner: referenceTo('StatefulSet', metadata) };
    }
    case 'DaemonSet': {
      const { metadata } = store.put('daemonsets', makeDaemonSet(workload, random, createdAt));
      return { ...first, owner: referenceTo('DaemonSet', metadata) };
    }
  }
}

/** Its objects are gone; its pods are left. */
export function removeObjects({ store }: World, { namespace, name, kind }: Workload): void {
  if (kind === 'StatefulSet') return store.remove('statefulsets', `${namespace}/${name}`);
  if (kind === 'DaemonSet') return store.remove('daemonsets', `${namespace}/${name}`);
  const uid = store.get('deployments', `${namespace}/${name}`)?.metadata.uid;
  const own = store.list('replicasets').filter(({ metadata }) => metadata.ownerReferences[0]?.uid === uid);
  for (const each of own) store.remove('replicasets', keyOf(each));
  store.remove('deployments', `${namespace}/${name}`);
}

/** The owner changes the template. Returns the revision of the pods to come. DaemonSets have none but their first. */
export function rollOut(world: World, workload: Workload, usual: Revision, template: Template): Revision {
  const { store, random } = world;
  const hash = random.suffix(HASH_LETTERS);
  if (workload.kind === 'StatefulSet') {
    exchangeStatefulTemplate(world, workload, template, hash);
    return { owner: usual.owner, hash, template };
  }
  const deployment = exchangeTemplate(world, workload, template, '2');
  if (!deployment) return usual;
  const next = makeReplicaSet(workload, deployment, { hash, template }, random, world.now());
  const replicaSet = store.put('replicasets', next);
  if (workload.recreate) scale(world, workload, usual.hash, 0);
  return { owner: referenceTo('ReplicaSet', replicaSet.metadata), hash, template };
}

/** The owner takes it back: the first revision is the newest again, and the other one is gone. */
export function rollBack(world: World, workload: Workload, usual: Revision, other: Revision): void {
  if (other.hash === usual.hash) return;
  if (workload.kind === 'StatefulSet') return exchangeStatefulTemplate(world, workload, {}, usual.hash);
  world.store.remove('replicasets', `${workload.namespace}/${workload.name}-${other.hash}`);
  exchangeTemplate(world, workload, {}, '1');
  scale(world, workload, usual.hash, replicasOf(workload));
}

function exchangeTemplate(
  { store }: World,
  workload: Workload,
  template: Template,
  revision: string,
): RawDeployment | null {
  const known = store.get('deployments', `${workload.namespace}/${workload.name}`);
  if (!known) return null;
  const annotations = { ...known.metadata.annotations, [REVISION]: revision };
  const metadata = { ...known.metadata, generation: (known.metadata.generation ?? 1) + 1, annotations };
  const spec = { ...known.spec, template: makeTemplate(workload, template) };
  return store.put('deployments', { ...known, metadata, spec });
}

function exchangeStatefulTemplate({ store }: World, workload: Workload, template: Template, hash: string): void {
  const known = store.get('statefulsets', `${workload.namespace}/${workload.name}`);
  if (!known) return;
  const metadata = { ...known.metadata, generation: (known.metadata.generation ?? 1) + 1 };
  const spec = { ...known.spec, template: makeTemplate(workload, template) };
  const status = { ...known.status, updateRevision: `${workload.name}-${hash}` };
  store.put('statefulsets', { ...known, metadata, spec, status });
}

function scale({ store }: World, { namespace, name }: Workload, hash: string, replicas: number): void {
  const known = store.get('replicasets', `${namespace}/${name}-${hash}`);
  if (!known) return;
  const metadata = { ...known.metadata, generation: (known.metadata.generation ?? 1) + 1 };
  store.put('replicasets', { ...known, metadata, spec: { ...known.spec, replicas } });
}
