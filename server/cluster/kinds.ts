import { apiServiceFact } from '#server/facts/api-service.ts';
import { endpointSliceFact } from '#server/facts/endpoint-slice.ts';
import { eventFact } from '#server/facts/event.ts';
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
import { resourceQuotaFact } from '#server/facts/resource-quota.ts';
import { serviceFact } from '#server/facts/service.ts';
import { backupKinds } from './backup-kinds.ts';
import { kindRow, type KindRow } from './kind-row.ts';
import { storageKinds } from './storage-kinds.ts';
import { workloadKinds } from './workload-kinds.ts';

const nodes = kindRow({
  source: 'nodes',
  kind: 'node',
  path: '/api/v1/nodes',
  required: true,
  rule: { group: '', resource: 'nodes', verbs: ['list', 'watch'] },
  buys: 'node readiness, pressure, versions and cordons',
  unused: ['annotations', 'images'],
  fact: nodeFact,
});

const leases = kindRow({
  source: 'leases',
  kind: 'lease',
  path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
  required: true,
  rule: { group: 'coordination.k8s.io', resource: 'leases', verbs: ['list', 'watch'], namespace: 'kube-node-lease' },
  buys: 'heartbeats of the nodes, which tell of a lost node before the API gives up on it',
  fact: leaseFact,
});

const pods = kindRow({
  source: 'pods',
  kind: 'pod',
  path: '/api/v1/pods',
  required: true,
  rule: { group: '', resource: 'pods', verbs: ['list', 'watch'] },
  buys: 'what runs, what crashes, what cannot start and why',
  // Of containers only name, image, limits, requests and restartPolicy are used.
  unused: [
    ...['annotations', 'env', 'envFrom', 'volumeMounts', 'ports', 'command', 'args', 'lifecycle'],
    // Of volumes those of claims are used, and that one is ephemeral.
    ...['projected', 'configMap', 'secret', 'downwardAPI', 'csi', 'items', 'volumeClaimTemplate'],
    ...['livenessProbe', 'readinessProbe', 'startupProbe', 'securityContext', 'tolerations', 'affinity'],
    ...['topologySpreadConstraints', 'allocatedResources', 'podIPs', 'hostIPs', 'dnsConfig', 'nodeSelector'],
    ...['resizePolicy', 'user', 'imagePullSecrets', 'ephemeralContainers', 'ephemeralContainerStatuses'],
  ],
  fact: podFact,
});

const resourceQuotas = kindRow({
  source: 'resourcequotas',
  kind: 'resourceQuota',
  path: '/api/v1/resourcequotas',
  required: false,
  rule: { group: '', resource: 'resourcequotas', verbs: ['list', 'watch'] },
  buys: 'which quota is used up where pods are refused',
  fact: resourceQuotaFact,
});

const events = kindRow({
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

const apiServices = kindRow({
  source: 'apiservices',
  kind: 'apiService',
  path: '/apis/apiregistration.k8s.io/v1/apiservices',
  required: false,
  rule: { group: 'apiregistration.k8s.io', resource: 'apiservices', verbs: ['list', 'watch'] },
  buys: 'whether added APIs (metrics and the like) answer',
  fact: apiServiceFact,
});

const services = kindRow({
  source: 'services',
  kind: 'service',
  path: '/api/v1/services',
  required: false,
  rule: { group: '', resource: 'services', verbs: ['list', 'watch'] },
  buys: 'which workload a host leads to, and where the Ingress controller is reached',
  unused: ['annotations', 'conditions', 'sessionAffinityConfig'],
  fact: serviceFact,
});

const endpointSlices = kindRow({
  source: 'endpointslices',
  kind: 'endpointSlice',
  path: '/apis/discovery.k8s.io/v1/endpointslices',
  required: false,
  rule: { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list', 'watch'] },
  buys: 'whether a Service has anybody ready behind it',
  unused: ['annotations', 'addresses', 'ports', 'hints', 'deprecatedTopology', 'ownerReferences'],
  fact: endpointSliceFact,
});

const ingressClasses = kindRow({
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

const gatewayClasses = kindRow({
  source: 'gatewayclasses',
  kind: 'gatewayClass',
  path: '/apis/gateway.networking.k8s.io/v1/gatewayclasses',
  required: false,
  rule: { group: 'gateway.networking.k8s.io', resource: 'gatewayclasses', verbs: ['list', 'watch'] },
  buys: 'which controller answers for which Gateways',
  unused: ['annotations', 'labels', 'parametersRef', 'supportedFeatures', 'conditions'],
  fact: gatewayClassFact,
});

const ingresses = kindRow({
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

const gateways = kindRow({
  source: 'gateways',
  kind: 'gateway',
  path: '/apis/gateway.networking.k8s.io/v1/gateways',
  required: false,
  rule: { group: 'gateway.networking.k8s.io', resource: 'gateways', verbs: ['list', 'watch'] },
  buys: 'the hosts behind Gateways: whether they answer, and their certificates',
  unused: ['annotations', 'labels', 'conditions', 'supportedKinds', 'allowedRoutes', 'infrastructure', 'options'],
  fact: gatewayFact,
});

const httpRoutes = kindRow({
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

const ingressRoutes = kindRow({
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

const certificates = kindRow({
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
  ...workloadKinds,
  ...[pods, resourceQuotas, events],
  ...[services, endpointSlices, ingressClasses, gatewayClasses],
  ...[ingresses, gateways, httpRoutes, ingressRoutes, certificates],
  ...storageKinds,
  ...backupKinds,
];
