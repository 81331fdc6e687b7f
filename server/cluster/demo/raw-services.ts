import type { RawCondition, RawObject } from './raw-objects.ts';

/** A port of a Service; `nodePort` where its type has one. */
export interface RawServicePort {
  name?: string;
  protocol: string;
  port: number;
  targetPort: number;
  nodePort?: number;
}

export interface RawService extends RawObject {
  spec: {
    ports: RawServicePort[];
    /** Without one somebody else says where it leads. */
    selector?: Record<string, string>;
    clusterIP: string;
    clusterIPs: string[];
    type: 'ClusterIP' | 'LoadBalancer';
    sessionAffinity: 'None';
    externalTrafficPolicy?: 'Cluster';
    ipFamilies: string[];
    ipFamilyPolicy: 'SingleStack';
    allocateLoadBalancerNodePorts?: boolean;
    internalTrafficPolicy: 'Cluster';
  };
  status: { loadBalancer: { ingress?: { ip: string; ipMode: 'VIP' }[] } };
}

/** One endpoint; what is no pod has neither `targetRef` nor node. */
export interface RawEndpoint {
  addresses: string[];
  conditions: { ready: boolean; serving?: boolean; terminating?: boolean };
  targetRef?: { kind: 'Pod'; namespace: string; name: string; uid: string };
  nodeName?: string;
}

/** The endpoints of one Service. */
export interface RawEndpointSlice extends RawObject {
  addressType: 'IPv4';
  endpoints: RawEndpoint[];
  ports: { name: string; protocol: string; port: number }[];
}

export interface RawIngressClass extends RawObject {
  spec: { controller: string };
}

export interface RawGatewayClass extends RawObject {
  spec: { controllerName: string; description: string };
  status: { conditions: RawCondition[] };
}
