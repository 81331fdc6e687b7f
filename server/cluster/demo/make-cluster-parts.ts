import type { Random } from './random.ts';
import { rawTime, type RawApiService, type RawNamespace } from './raw-objects.ts';

// Group priorities as the API server registers its own groups.
const LOCAL: readonly (readonly [
  name: string,
  group: string,
  version: string,
  groupMinimum: number,
  versions: number,
])[] = [
  ['v1.', '', 'v1', 18_000, 1],
  ['v1.apiextensions.k8s.io', 'apiextensions.k8s.io', 'v1', 16_700, 15],
  ['v1.apps', 'apps', 'v1', 17_800, 15],
  ['v1.batch', 'batch', 'v1', 17_400, 15],
  ['v1.coordination.k8s.io', 'coordination.k8s.io', 'v1', 16_500, 15],
  ['v1.discovery.k8s.io', 'discovery.k8s.io', 'v1', 16_200, 12],
  ['v1.events.k8s.io', 'events.k8s.io', 'v1', 17_750, 15],
  ['v1.networking.k8s.io', 'networking.k8s.io', 'v1', 17_200, 15],
  ['v1.rbac.authorization.k8s.io', 'rbac.authorization.k8s.io', 'v1', 17_000, 15],
  ['v1.storage.k8s.io', 'storage.k8s.io', 'v1', 16_800, 15],
  ['v1beta2.longhorn.io', 'longhorn.io', 'v1beta2', 1000, 100],
  ['v1.cert-manager.io', 'cert-manager.io', 'v1', 1000, 100],
  ['v1.gateway.networking.k8s.io', 'gateway.networking.k8s.io', 'v1', 1000, 100],
  ['v1.k3s.cattle.io', 'k3s.cattle.io', 'v1', 1000, 100],
  ['v1alpha1.traefik.io', 'traefik.io', 'v1alpha1', 1000, 100],
];
// What CustomResourceDefinitions brought.
const CUSTOM: readonly string[] = [
  'longhorn.io',
  'cert-manager.io',
  'gateway.networking.k8s.io',
  'k3s.cattle.io',
  'traefik.io',
];

export function makeNamespace(name: string, random: Random, createdAt: number): RawNamespace {
  const labels = { 'kubernetes.io/metadata.name': name };
  return {
    metadata: { name, uid: random.uid(), resourceVersion: '', creationTimestamp: rawTime(createdAt), labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

/** What the API server registers of itself. */
export function makeLocalApiServices(random: Random, createdAt: number): RawApiService[] {
  return LOCAL.map(([name, group, version, groupPriorityMinimum, versionPriority]) => ({
    metadata: {
      ...named(name, random, createdAt),
      labels: { 'kube-aggregator.kubernetes.io/automanaged': CUSTOM.includes(group) ? 'true' : 'onstart' },
    },
    spec: { ...(group === '' ? {} : { group }), version, groupPriorityMinimum, versionPriority },
    status: { conditions: [available(createdAt, 'Local', 'Local APIServices are always available')] },
  }));
}

/** The one that stands beside it: resource figures by metrics-server. */
export function makeMetricsApiService(random: Random, createdAt: number): RawApiService {
  return {
    metadata: named('v1beta1.metrics.k8s.io', random, createdAt),
    spec: {
      service: { namespace: 'kube-system', name: 'metrics-server', port: 443 },
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
    status: { conditions: [available(createdAt, 'Passed', 'all checks passed')] },
  };
}

function named(name: string, random: Random, createdAt: number) {
  return { name, uid: random.uid(), resourceVersion: '', creationTimestamp: rawTime(createdAt) };
}

function available(at: number, reason: string, message: string) {
  return { type: 'Available', status: 'True', lastTransitionTime: rawTime(at), reason, message };
}
