import { apiServiceFact } from '#server/facts/api-service.ts';
import { daemonSetFact } from '#server/facts/daemon-set.ts';
import { deploymentFact } from '#server/facts/deployment.ts';
import { endpointSliceFact } from '#server/facts/endpoint-slice.ts';
import { eventFact } from '#server/facts/event.ts';
import type { FactKind } from '#server/facts/fact.ts';
import { gatewayClassFact } from '#server/facts/gateway-class.ts';
import { gatewayFact } from '#server/facts/gateway.ts';
import { httpRouteFact } from '#server/facts/http-route.ts';
import { ingressClassFact } from '#server/facts/ingress-class.ts';
import { ingressRouteFact } from '#server/facts/ingress-route.ts';
import { ingressFact } from '#server/facts/ingress.ts';
import { issuedCertificateFact } from '#server/facts/issued-certificate.ts';
import { leaseFact } from '#server/facts/lease.ts';
import { nodeFact } from '#server/facts/node.ts';
import { podFact } from '#server/facts/pod.ts';
import { replicaSetFact } from '#server/facts/replica-set.ts';
import { resourceQuotaFact } from '#server/facts/resource-quota.ts';
import { serviceFact } from '#server/facts/service.ts';
import { statefulSetFact } from '#server/facts/stateful-set.ts';
import type { KindRow } from './kind-row.ts';

// Above the rows, which are made as this file is read.
const unusedOfTemplates = [
  ...['annotations', 'selector', 'envFrom', 'command', 'args', 'lifecycle', 'resources', 'ports', 'valueFrom'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe', 'securityContext', 'tolerations', 'dnsConfig', 'hostAliases'],
  ...['topologySpreadConstraints', 'podAffinity', 'podAntiAffinity', 'imagePullSecrets', 'items', 'volumeDevices'],
];

const nodes = row({
  source: 'nodes',
  kind: 'node',
  path: '/api/v1/nodes',
  required: true,
  rule: { group: '', resource: 'nodes', verbs: ['list', 'watch'] },
  buys: 'node readiness, pressure, versions and cordons',
  unused: ['annotations', 'images'],
  fact: nodeFact,
});

const leases = row({
  source: 'leases',
  kind: 'lease',
  path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
  required: true,
  rule: { group: 'coordination.k8s.io', resource: 'leases', verbs: ['list', 'watch'], namespace: 'kube-node-lease' },
  buys: 'heartbeats of the nodes, which tell of a lost node before the API gives up on it',
  fact: leaseFact,
});

const pods = row({
  source: 'pods',
  kind: 'pod',
  path: '/api/v1/pods',
  required: true,
  rule: { group: '', resource: 'pods', verbs: ['list', 'watch'] },
  buys: 'what runs, what crashes, what cannot start and why',
  // Of containers only name, image, limits, requests and restartPolicy are used.
  unused: [
    ...['annotations', 'volumes', 'env', 'envFrom', 'volumeMounts', 'ports', 'command', 'args', 'lifecycle'],
    ...['livenessProbe', 'readinessProbe', 'startupProbe', 'securityContext', 'tolerations', 'affinity'],
    ...['topologySpreadConstraints', 'allocatedResources', 'podIPs', 'hostIPs', 'dnsConfig', 'nodeSelector'],
    ...['resizePolicy', 'user', 'imagePullSecrets', 'ephemeralContainers', 'ephemeralContainerStatuses'],
  ],
  fact: podFact,
});

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

const resourceQuotas = row({
  source: 'resourcequotas',
  kind: 'resourceQuota',
  path: '/api/v1/resourcequotas',
  required: false,
  rule: { group: '', resource: 'resourcequotas', verbs: ['list', 'watch'] },
  buys: 'which quota is used up where pods are refused',
  fact: resourceQuotaFact,
});

const events = row({
  source: 'events',
  kind: 'event',
  path: '/api/v1/events',
  required: false,
  rule: { group: '', resource: 'events', verbs: ['list', 'watch'] },
  buys: 'what the cluster says of its own troubles, as evidence',
  fact: eventFact,
  // An hour of a cluster in trouble can bring tens of thousands; the newest tell what is wrong now.
  newest: { most: 2_000, at: (event) => event.lastAt ?? event.firstAt ?? 0 },
});

const apiServices = row({
  source: 'apiservices',
  kind: 'apiService',
  path: '/apis/apiregistration.k8s.io/v1/apiservices',
  required: false,
  rule: { group: 'apiregistration.k8s.io', resource: 'apiservices', verbs: ['list', 'watch'] },
  buys: 'whether added APIs (metrics and the like) answer',
  fact: apiServiceFact,
});

const services = row({
  source: 'services',
  kind: 'service',
  path: '/api/v1/services',
  required: false,
  rule: { group: '', resource: 'services', verbs: ['list', 'watch'] },
  buys: 'which workload a host leads to, and where the Ingress controller is reached',
  unused: ['annotations', 'conditions', 'sessionAffinityConfig'],
  fact: serviceFact,
});

const endpointSlices = row({
  source: 'endpointslices',
  kind: 'endpointSlice',
  path: '/apis/discovery.k8s.io/v1/endpointslices',
  required: false,
  rule: { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list', 'watch'] },
  buys: 'whether a Service has anybody ready behind it',
  unused: ['annotations', 'addresses', 'ports', 'hints', 'deprecatedTopology', 'ownerReferences'],
  fact: endpointSliceFact,
});

const ingressClasses = row({
  source: 'ingressclasses',
  kind: 'ingressClass',
  path: '/apis/networking.k8s.io/v1/ingressclasses',
  required: false,
  rule: { group: 'networking.k8s.io', resource: 'ingressclasses', verbs: ['list', 'watch'] },
  buys: 'which controller answers for which Ingresses',
  // Annotations are used: the default class is marked there.
  unused: ['labels', 'parameters'],
  fact: ingressClassFact,
});

const gatewayClasses = row({
  source: 'gatewayclasses',
  kind: 'gatewayClass',
  path: '/apis/gateway.networking.k8s.io/v1/gatewayclasses',
  required: false,
  rule: { group: 'gateway.networking.k8s.io', resource: 'gatewayclasses', verbs: ['list', 'watch'] },
  buys: 'which controller answers for which Gateways',
  unused: ['annotations', 'labels', 'parametersRef', 'supportedFeatures', 'conditions'],
  fact: gatewayClassFact,
});

const ingresses = row({
  source: 'ingresses',
  kind: 'ingress',
  path: '/apis/networking.k8s.io/v1/ingresses',
  required: false,
  rule: { group: 'networking.k8s.io', resource: 'ingresses', verbs: ['list', 'watch'] },
  buys: 'the hosts behind Ingresses: whether they answer, and their certificates',
  // Annotations are used: the class, whether Traefik speaks TLS, and how it is to be probed may stand in them.
  unused: ['labels', 'ports'],
  fact: ingressFact,
});

const gateways = row({
  source: 'gateways',
  kind: 'gateway',
  path: '/apis/gateway.networking.k8s.io/v1/gateways',
  required: false,
  rule: { group: 'gateway.networking.k8s.io', resource: 'gateways', verbs: ['list', 'watch'] },
  buys: 'the hosts behind Gateways: whether they answer, and their certificates',
  unused: ['annotations', 'labels', 'conditions', 'supportedKinds', 'allowedRoutes', 'infrastructure', 'options'],
  fact: gatewayFact,
});

const httpRoutes = row({
  source: 'httproutes',
  kind: 'httpRoute',
  path: '/apis/gateway.networking.k8s.io/v1/httproutes',
  required: false,
  rule: { group: 'gateway.networking.k8s.io', resource: 'httproutes', verbs: ['list', 'watch'] },
  buys: 'which hosts are behind Gateways that serve any host, and what they lead to',
  // Of annotations those of how it is to be probed are used.
  unused: ['labels', 'status', 'matches', 'filters', 'timeouts', 'retry', 'sessionPersistence'],
  fact: httpRouteFact,
});

const ingressRoutes = row({
  source: 'ingressroutes',
  kind: 'ingressRoute',
  path: '/apis/traefik.io/v1alpha1/ingressroutes',
  required: false,
  rule: { group: 'traefik.io', resource: 'ingressroutes', verbs: ['list', 'watch'] },
  buys: "the hosts behind Traefik's IngressRoutes: whether they answer, and their certificates",
  // Of annotations those of how it is to be probed are used.
  unused: ['labels', 'middlewares', 'domains', 'observability'],
  fact: ingressRouteFact,
});

const certificates = row({
  source: 'certificates',
  kind: 'issuedCertificate',
  path: '/apis/cert-manager.io/v1/certificates',
  required: false,
  rule: { group: 'cert-manager.io', resource: 'certificates', verbs: ['list', 'watch'] },
  buys: 'whether cert-manager renews its certificates',
  unused: [
    ...['annotations', 'labels', 'secretTemplate', 'keystores', 'privateKey', 'subject', 'usages'],
    ...['additionalOutputFormats', 'otherNames', 'nameConstraints', 'uris', 'emailAddresses'],
  ],
  fact: issuedCertificateFact,
});

/** The table of kinds: all that is list-watched, in the order in which it is begun. A kind is added by its fact and a row. */
export const kinds: readonly KindRow[] = [
  ...[nodes, leases, apiServices],
  ...[deployments, statefulSets, daemonSets, replicaSets],
  ...[pods, resourceQuotas, events],
  ...[services, endpointSlices, ingressClasses, gatewayClasses],
  ...[ingresses, gateways, httpRoutes, ingressRoutes, certificates],
];

/** One of the kinds that keep pods running. Of their templates labels, images, volumes and names of variables are used. */
function controllers<K extends 'deployment' | 'statefulSet' | 'daemonSet' | 'replicaSet'>(
  resource: string,
  kind: K,
  fact: KindRow<K>['fact'],
  buys: string,
): KindRow<K> {
  return {
    source: resource,
    kind,
    path: `/apis/apps/v1/${resource}`,
    required: false,
    rule: { group: 'apps', resource, verbs: ['list', 'watch'] },
    buys,
    unused: kind === 'replicaSet' ? ['annotations', 'template', 'selector'] : unusedOfTemplates,
    fact,
  };
}

/** Ties the type of a row's fact to its kind. */
function row<K extends FactKind>(kind: KindRow<K>): KindRow<K> {
  return kind;
}
