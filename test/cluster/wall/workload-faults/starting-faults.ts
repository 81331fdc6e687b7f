import { deployment, deploymentOf, podsOf } from '../../workload.ts';
import type { Fault, Faults, Scene } from './fault.ts';

/** Pods that are not created, not scheduled, not started. */
export const startingFaults: Faults = {
  'a quota that allows no pods': quota,
  'a pod that no node can take': homeless,
  'a ConfigMap that is not there': unset,
};

function quota({ plane, node, holdMs }: Scene): Fault {
  const [namespace, name] = ['quota', 'refused'];
  return {
    namespace,
    check: 'workloads/cannot-create-pods',
    level: 'bad',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { namespace, name: 'small' },
        spec: { hard: { pods: '0' } },
      },
      deployment({ namespace, name, node: node.name, container: { image: node.image } }),
    ],
    known: async () => {
      const { status } = await deploymentOf(plane, namespace, name);
      return status.conditions?.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
    },
    holdMs,
    effect: 'workloads/replicas-missing',
    sentence: /^refused has no pod: quota small allows no pods/,
    evidence: /exceeded quota/,
    async heal() {
      await plane.request('DELETE', `/api/v1/namespaces/${namespace}/resourcequotas/small`);
      // Its controller tries again later and later: whoever heals it says so.
      await plane.kubectl([`--namespace=${namespace}`, 'rollout', 'restart', `deployment/${name}`]);
    },
  };
}

function homeless({ plane, node, holdMs }: Scene): Fault {
  const name = 'homeless';
  const of = (nodeSelector: object) =>
    deployment({ namespace: name, name, container: { image: node.image }, pod: { nodeSelector } });
  return {
    namespace: name,
    check: 'workloads/not-starting',
    level: 'bad',
    objects: [of({ disk: 'none' })],
    known: async () => {
      const conditions = (await podsOf(plane, name)).flatMap(({ status }) => status.conditions ?? []);
      return conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'False');
    },
    holdMs,
    sentence: /^homeless .*node/,
    evidence: /didn't match Pod's node affinity/,
    heal: () => plane.apply(of({ 'kubernetes.io/hostname': node.name })),
  };
}

function unset({ plane, node, holdMs }: Scene): Fault {
  const name = 'unset';
  const container = { image: node.image, envFrom: [{ configMapRef: { name: 'settings' } }] };
  return {
    namespace: name,
    check: 'workloads/not-starting',
    level: 'bad',
    objects: [deployment({ namespace: name, name, node: node.name, container })],
    known: async () => {
      const statuses = (await podsOf(plane, name)).flatMap(({ status }) => status.containerStatuses ?? []);
      return statuses.some(({ state }) => state.waiting?.reason === 'CreateContainerConfigError');
    },
    holdMs,
    sentence: /^unset cannot start: it needs ConfigMap settings, which is not there/,
    heal: () =>
      plane.apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: name, name: 'settings' },
        data: { MODE: 'calm' },
      }),
  };
}
