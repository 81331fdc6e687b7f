import type { ApiDoorFact } from './api-door.ts';
import type { ApiHandshakeFact } from './api-handshake.ts';
import type { ApiServiceFact } from './api-service.ts';
import type { ComponentCertificatesFact } from './component-certificates.ts';
import type { CrashLogFact } from './crash-log.ts';
import type { DaemonSetFact } from './daemon-set.ts';
import type { DeploymentFact } from './deployment.ts';
import type { EndpointSliceFact } from './endpoint-slice.ts';
import type { EventFact } from './event.ts';
import type { GatewayClassFact } from './gateway-class.ts';
import type { GatewayFact } from './gateway.ts';
import type { HttpRouteFact } from './http-route.ts';
import type { IngressClassFact } from './ingress-class.ts';
import type { IngressFact } from './ingress.ts';
import type { IngressRouteFact } from './ingress-route.ts';
import type { IssuedCertificateFact } from './issued-certificate.ts';
import type { LeaseFact } from './lease.ts';
import type { NodeFact } from './node.ts';
import type { NodeStatsFact } from './node-stats.ts';
import type { PodFact } from './pod.ts';
import type { RegistryImagesFact } from './registry-images.ts';
import type { RegistryProbeFact } from './registry-probe.ts';
import type { ReplicaSetFact } from './replica-set.ts';
import type { ResourceQuotaFact } from './resource-quota.ts';
import type { RightsFact } from './rights.ts';
import type { ServiceFact } from './service.ts';
import type { ServiceProbeFact } from './service-probe.ts';
import type { StatefulSetFact } from './stateful-set.ts';
import type { TlsServerFact } from './tls-server.ts';
import type { WallFact } from './wall.ts';

/** Every kind of fact by name. A kind is added by one file and one line here. */
export interface FactTypes {
  node: NodeFact;
  nodeStats: NodeStatsFact;
  pod: PodFact;
  lease: LeaseFact;
  event: EventFact;
  apiService: ApiServiceFact;
  deployment: DeploymentFact;
  statefulSet: StatefulSetFact;
  daemonSet: DaemonSetFact;
  replicaSet: ReplicaSetFact;
  resourceQuota: ResourceQuotaFact;
  crashLog: CrashLogFact;
  service: ServiceFact;
  endpointSlice: EndpointSliceFact;
  ingressClass: IngressClassFact;
  gatewayClass: GatewayClassFact;
  ingress: IngressFact;
  gateway: GatewayFact;
  httpRoute: HttpRouteFact;
  ingressRoute: IngressRouteFact;
  issuedCertificate: IssuedCertificateFact;
  componentCertificates: ComponentCertificatesFact;
  tlsServer: TlsServerFact;
  serviceProbe: ServiceProbeFact;
  registryProbe: RegistryProbeFact;
  registryImages: RegistryImagesFact;
  apiDoor: ApiDoorFact;
  apiHandshake: ApiHandshakeFact;
  rights: RightsFact;
  wall: WallFact;
}

export type FactKind = keyof FactTypes;

/** What all facts have. */
export interface FactHead {
  /** Unique in its kind: `namespace/name`, or `name` for what is cluster-wide; a recreated object has the same key. */
  key: string;
  /** The object's UID, or the key where there is none. */
  uid: string;
  /** The source it came from. */
  source: string;
}

/** The source whose freshness a kind depends on where it has only one. Kinds of several sources (`kubelet/NODE`) are judged by each fact's own. */
export const sourceOfKind: Record<FactKind, string> = {
  node: 'nodes',
  nodeStats: 'kubelet/*',
  pod: 'pods',
  lease: 'leases',
  event: 'events',
  apiService: 'apiservices',
  deployment: 'deployments',
  statefulSet: 'statefulsets',
  daemonSet: 'daemonsets',
  replicaSet: 'replicasets',
  resourceQuota: 'resourcequotas',
  crashLog: 'crash-logs',
  service: 'services',
  endpointSlice: 'endpointslices',
  ingressClass: 'ingressclasses',
  gatewayClass: 'gatewayclasses',
  ingress: 'ingresses',
  gateway: 'gateways',
  httpRoute: 'httproutes',
  ingressRoute: 'ingressroutes',
  issuedCertificate: 'certificates',
  componentCertificates: 'kubelet-certificates/*',
  tlsServer: 'tls',
  serviceProbe: 'services-probed',
  registryProbe: 'registries',
  registryImages: 'registry-images',
  apiDoor: 'api-door',
  apiHandshake: 'api-handshake',
  rights: 'rights',
  wall: 'wall',
};
