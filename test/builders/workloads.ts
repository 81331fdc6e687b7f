import type { ContainerEnd, ContainerFact } from '#server/facts/container.ts';
import type { CrashLogFact } from '#server/facts/crash-log.ts';
import type { DaemonSetFact } from '#server/facts/daemon-set.ts';
import type { DeploymentFact } from '#server/facts/deployment.ts';
import type { ReplicaSetFact } from '#server/facts/replica-set.ts';
import type { ResourceQuotaFact } from '#server/facts/resource-quota.ts';
import type { StatefulSetFact } from '#server/facts/stateful-set.ts';
import { day, minute, noon } from './time.ts';

/** A container that has run for a day. */
export function aContainer(part: Partial<ContainerFact> = {}): ContainerFact {
  return {
    name: 'web',
    role: 'main',
    image: 'registry.example/web:1.4',
    memoryLimit: null,
    requestedCores: null,
    requestedBytes: null,
    ready: true,
    restarts: 0,
    state: { is: 'running', startedAt: noon - day },
    last: null,
    ...part,
  };
}

/** A run that ended with exit code 1 after 2 s, a minute ago. */
export function anEnd(part: Partial<ContainerEnd> = {}): ContainerEnd {
  return {
    reason: 'Error',
    message: '',
    exitCode: 1,
    startedAt: noon - minute - 2_000,
    finishedAt: noon - minute,
    ...part,
  };
}

function counts(count: number, namespace: string, name: string, source: string) {
  return {
    ...{ key: `${namespace}/${name}`, uid: `uid-${source}-${namespace}-${name}`, source, namespace, name },
    ...{ wanted: count, current: count, ready: count, available: count, updated: count },
    ...{ observed: true, createdAt: noon - day, deletingAt: null, template: null },
  };
}

/** Deployment default/web, all three pods ready. */
export function aDeployment(part: Partial<DeploymentFact> = {}): DeploymentFact {
  const { namespace = 'default', name = 'web' } = part;
  return {
    ...counts(3, namespace, name, 'deployments'),
    paused: false,
    progressing: {
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: '',
      changedAt: noon - day,
      updatedAt: noon - day,
    },
    failure: null,
    ...part,
  };
}

/** StatefulSet default/database with its one pod ready. */
export function aStatefulSet(part: Partial<StatefulSetFact> = {}): StatefulSetFact {
  const { namespace = 'default', name = 'database' } = part;
  return { ...counts(1, namespace, name, 'statefulsets'), rollingOut: false, heldBack: false, ...part };
}

/** DaemonSet kube-system/agent, ready on all three nodes. */
export function aDaemonSet(part: Partial<DaemonSetFact> = {}): DaemonSetFact {
  const { namespace = 'kube-system', name = 'agent' } = part;
  return { ...counts(3, namespace, name, 'daemonsets'), misplaced: 0, heldBack: false, ...part };
}

/** The newest ReplicaSet of Deployment default/web, all three pods ready. */
export function aReplicaSet(part: Partial<ReplicaSetFact> = {}): ReplicaSetFact {
  const { namespace = 'default', name = 'web-5d4f8c7b9' } = part;
  return {
    ...counts(3, namespace, name, 'replicasets'),
    owner: { kind: 'Deployment', name: 'web' },
    failure: null,
    ...part,
  };
}

/** Quota default/small: two of four pods used. */
export function aResourceQuota(part: Partial<ResourceQuotaFact> = {}): ResourceQuotaFact {
  const { namespace = 'default', name = 'small' } = part;
  return {
    ...{
      key: `${namespace}/${name}`,
      uid: `uid-quota-${namespace}-${name}`,
      source: 'resourcequotas',
      namespace,
      name,
    },
    limits: [{ resource: 'pods', hard: '4', used: '2' }],
    ...part,
  };
}

/** What container web of pod default/web-0 wrote before it ended at its first restart. */
export function aCrashLog(part: Partial<CrashLogFact> = {}): CrashLogFact {
  const { namespace = 'default', pod = 'web-0', container = 'web' } = part;
  const key = `${namespace}/${pod}/${container}`;
  return {
    ...{ key, uid: key, source: 'crash-logs', namespace, pod, container },
    restarts: 1,
    lines: ['starting', 'FATAL: cannot go on'],
    problem: '',
    fetchedAt: noon,
    ...part,
  };
}
