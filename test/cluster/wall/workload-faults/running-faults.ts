import { deployment, deploymentOf } from '../../workload.ts';
import type { Fault, Faults, Scene } from './fault.ts';

/** Pods that run, and yet are not well. */
export const runningFaults: Faults = {
  'a readiness probe that fails': unready,
  'a pod that is held by a finalizer': held,
};

function unready({ plane, node, probeTarget, holdMs }: Scene): Fault {
  const name = 'unready';
  const httpGet = { host: '127.0.0.1', port: probeTarget.port };
  const container = { image: node.image, readinessProbe: { httpGet, periodSeconds: 1, failureThreshold: 2 } };
  const ready = async () => (await deploymentOf(plane, name, name)).status.readyReplicas ?? 0;
  return {
    namespace: name,
    check: 'workloads/not-ready',
    level: 'bad',
    objects: [deployment({ namespace: name, name, replicas: 2, node: node.name, container })],
    cause: () => Promise.resolve(probeTarget.answer(503)),
    known: async () => (await ready()) === 0,
    holdMs,
    effect: 'workloads/replicas-missing',
    sentence: /^unready: 2 of 2 pods have not been ready for .*: its readiness probe gets status 503/,
    evidence: /503/,
    heal: () => Promise.resolve(probeTarget.answer(200)),
    healed: async () => (await ready()) === 2,
  };
}

function held({ plane, node, holdMs }: Scene): Fault {
  const name = 'held';
  const path = `/api/v1/namespaces/${name}/pods/${name}`;
  return {
    namespace: name,
    check: 'workloads/stuck-terminating',
    level: 'warn',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: name, name, finalizers: ['example.test/backup'] },
        spec: {
          terminationGracePeriodSeconds: 1,
          nodeSelector: { 'kubernetes.io/hostname': node.name },
          containers: [{ name: 'main', image: node.image }],
        },
      },
    ],
    cause: () => plane.request('DELETE', path),
    // When its containers have ended, the kubelet deletes it once more: the time counts from then.
    known: async () => {
      const { metadata } = await plane.request<{ metadata: { deletionGracePeriodSeconds?: number } }>('GET', path);
      return metadata.deletionGracePeriodSeconds === 0;
    },
    holdMs,
    sentence: /^held has been stuck terminating for .*: it waits for finalizer example\.test\/backup/,
    steps: /finalizer/,
    heal: () => plane.request('PATCH', path, { metadata: { finalizers: null } }),
    healed: () =>
      plane.request('GET', path).then(
        () => false,
        ({ status }: { status?: number }) => status === 404,
      ),
  };
}
