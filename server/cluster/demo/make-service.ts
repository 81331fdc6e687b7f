import type { HomePort, HomeService } from './home-services.ts';
import { machines } from './machines.ts';
import { labelsOf } from './make-pod.ts';
import type { Random } from './random.ts';
import { rawTime, type Metadata, type RawPod } from './raw-objects.ts';
import type {
  RawEndpoint,
  RawEndpointSlice,
  RawGatewayClass,
  RawIngressClass,
  RawService,
  RawServicePort,
} from './raw-services.ts';
import { isReady } from './workload-status.ts';

/** A Service as its owner wrote it, with the API server's defaults; that of a load balancer is to be reached at every node. */
export function makeService(of: HomeService, random: Random, createdAt: number): RawService {
  const { namespace, name, to, ports, isLoadBalancer = false } = of;
  const clusterIP = name === 'kubernetes' ? '10.43.0.1' : `10.43.${random.between(0, 255)}.${random.between(2, 254)}`;
  const balanced = machines.map(({ address }) => ({ ip: address, ipMode: 'VIP' as const }));
  return {
    metadata: metadataOf({ namespace, name }, random, createdAt),
    spec: {
      ports: ports.map(portOf),
      ...(to === null ? {} : { selector: labelsOf({ name: to }) }),
      ...{ clusterIP, clusterIPs: [clusterIP], type: isLoadBalancer ? 'LoadBalancer' : 'ClusterIP' },
      sessionAffinity: 'None',
      ...(isLoadBalancer ? { externalTrafficPolicy: 'Cluster' } : {}),
      ...{ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
      ...(isLoadBalancer ? { allocateLoadBalancerNodePorts: true } : {}),
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: isLoadBalancer ? { ingress: balanced } : {} },
  };
}

/** The slice of a Service's endpoints, before anybody has looked for them; what leads elsewhere is written down in it. */
export function makeEndpointSlice(service: RawService, of: HomeService, random: Random): RawEndpointSlice {
  const { name, namespace = '', uid, creationTimestamp } = service.metadata;
  const { elsewhere } = of;
  const isApi = elsewhere?.by === 'apiserver';
  const generated = { generateName: `${name}-`, name: `${name}-${random.suffix(5)}` };
  const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true };
  const managers = { apiserver: 'kubernetes', owner: undefined, controller: 'endpointslice-controller.k8s.io' };
  const by = managers[elsewhere?.by ?? 'controller'];
  return {
    metadata: {
      ...(isApi ? { name } : generated),
      ...{ namespace, uid: random.uid(), resourceVersion: '', generation: 1, creationTimestamp },
      labels: {
        ...(isApi || by === undefined ? {} : { 'endpointslice.kubernetes.io/managed-by': by }),
        'kubernetes.io/service-name': name,
      },
      ...(by === undefined || isApi ? {} : { ownerReferences: [owner] }),
    },
    addressType: 'IPv4',
    endpoints: elsewhere ? [{ addresses: [elsewhere.address], conditions: { ready: true } }] : [],
    ports: of.ports.map((each) => ({ name: each.name, protocol: each.protocol ?? 'TCP', port: each.target })),
  };
}

/** A pod as an endpoint, as the controller sees it; null where it is none: without an address, or done. */
export function endpointOf(pod: RawPod): RawEndpoint | null {
  const { status, metadata, spec } = pod;
  if (status.podIP === undefined || status.phase === 'Succeeded' || status.phase === 'Failed') return null;
  const serving = isReady(pod);
  const terminating = metadata.deletionTimestamp !== undefined;
  const { namespace = '', name, uid } = metadata;
  return {
    addresses: [status.podIP],
    conditions: { ready: serving && !terminating, serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: spec.nodeName ?? '',
  };
}

/** Traefik's class, that of Ingresses which name none. */
export function makeIngressClass(random: Random, createdAt: number): RawIngressClass {
  const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
  return {
    metadata: { ...metadataOf({ name: 'traefik' }, random, createdAt), annotations },
    spec: { controller: 'traefik.io/ingress-controller' },
  };
}

export function makeGatewayClass(random: Random, createdAt: number): RawGatewayClass {
  const lastTransitionTime = rawTime(createdAt);
  const told = { reason: 'Handled', message: 'Handled by Traefik controller' };
  return {
    metadata: metadataOf({ name: 'traefik' }, random, createdAt),
    spec: { controllerName: 'traefik.io/gateway-controller', description: 'The homelab, through Traefik' },
    status: { conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 1, lastTransitionTime, ...told }] },
  };
}

function portOf({ name, port, target, protocol, nodePort }: HomePort): RawServicePort {
  return {
    name,
    protocol: protocol ?? 'TCP',
    port,
    targetPort: target,
    ...(nodePort === undefined ? {} : { nodePort }),
  };
}

function metadataOf(of: { namespace?: string; name: string }, random: Random, createdAt: number): Metadata {
  const { namespace, name } = of;
  const creationTimestamp = rawTime(createdAt);
  const place = namespace === undefined ? {} : { namespace };
  return { name, ...place, uid: random.uid(), resourceVersion: '', generation: 1, creationTimestamp };
}
