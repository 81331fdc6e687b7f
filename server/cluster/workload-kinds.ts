import { cronJobFact } from '#server/facts/cron-job.ts';
import { daemonSetFact } from '#server/facts/daemon-set.ts';
import { deploymentFact } from '#server/facts/deployment.ts';
import { replicaSetFact } from '#server/facts/replica-set.ts';
import { statefulSetFact } from '#server/facts/stateful-set.ts';
import { optionalKind, type KindRow } from './kind-row.ts';

/** Of templates labels, images, volumes and names of variables are used. */
const unusedOfTemplates = [
  ...['selector', 'envFrom', 'command', 'args', 'lifecycle', 'resources', 'ports', 'valueFrom'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'securityContext', 'tolerations', 'dnsConfig', 'hostAliases'],
  ...['topologySpreadConstraints', 'podAffinity', 'podAntiAffinity', 'imagePullSecrets', 'items', 'volumeDevices'],
];

const deployments = controllers(
  'deployments',
  'deployment',
  deploymentFact,
  'whether Deployments have the pods they want',
);
const statefulSets = controllers(
  'statefulsets',
  'statefulSet',
  statefulSetFact,
  'whether StatefulSets have the pods they want',
);
const daemonSets = controllers(
  'daemonsets',
  'daemonSet',
  daemonSetFact,
  'whether DaemonSets run on every node they should',
);
const replicaSets = controllers(
  'replicasets',
  'replicaSet',
  replicaSetFact,
  'which Deployment a pod belongs to, and why pods are refused',
);

const cronJobs = optionalKind(
  { group: 'batch', version: 'v1', resource: 'cronjobs' },
  {
    source: 'cronjobs',
    kind: 'cronJob',
    buys: 'backups that CronJobs make: when they last succeeded, and which volumes they mount',
    // Annotations are used: what a CronJob is the backup of stands in them.
    unused: unusedOfTemplates,
    fact: cronJobFact,
  },
);

/** The kinds that keep pods running. */
export const workloadKinds: readonly KindRow[] = [deployments, statefulSets, daemonSets, replicaSets, cronJobs];

/** One of those of `apps/v1`. */
function controllers<K extends 'deployment' | 'statefulSet' | 'daemonSet' | 'replicaSet'>(
  resource: string,
  kind: K,
  fact: KindRow<K>['fact'],
  buys: string,
): KindRow<K> {
  const unused = kind === 'replicaSet' ? ['template', 'selector'] : unusedOfTemplates;
  return optionalKind(
    { group: 'apps', version: 'v1', resource },
    { source: resource, kind, buys, unused: ['annotations', ...unused], fact },
  );
}
