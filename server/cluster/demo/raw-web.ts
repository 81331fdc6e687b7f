import type { RawCondition, RawObject } from './raw-objects.ts';

/** A service behind a name. */
interface Backend {
  service: { name: string; port: { number: number } };
}

export interface RawIngress extends RawObject {
  spec: {
    ingressClassName: string;
    tls?: { hosts: string[]; secretName?: string }[];
    rules: { host: string; http: { paths: { path: string; pathType: string; backend: Backend }[] } }[];
  };
  status: { loadBalancer: { ingress?: { ip: string }[] } };
}

/** Of Traefik; it has no status. */
export interface RawIngressRoute extends RawObject {
  spec: {
    entryPoints: string[];
    routes: { kind: string; match: string; services: { name: string; port: number }[] }[];
    /** Without a Secret's name: Traefik's own choice, its default certificate. */
    tls: { secretName?: string };
  };
}

export interface RawGateway extends RawObject {
  spec: {
    gatewayClassName: string;
    listeners: {
      name: string;
      protocol: string;
      port: number;
      hostname?: string;
      tls?: { mode: string; certificateRefs: { group: string; kind: string; name: string }[] };
      allowedRoutes: { namespaces: { from: string } };
    }[];
  };
  status: {
    addresses: { type: string; value: string }[];
    conditions: RawCondition[];
    listeners: { name: string; attachedRoutes: number; supportedKinds: object[]; conditions: RawCondition[] }[];
  };
}

interface ParentRef {
  group: string;
  kind: string;
  name: string;
  namespace: string;
  sectionName: string;
}

export interface RawHttpRoute extends RawObject {
  spec: {
    hostnames: string[];
    parentRefs: ParentRef[];
    rules: {
      matches: { path: { type: string; value: string } }[];
      backendRefs: { group: string; kind: string; name: string; port: number; weight: number }[];
    }[];
  };
  status: { parents: { controllerName: string; parentRef: ParentRef; conditions: RawCondition[] }[] };
}

/** Of cert-manager. */
export interface RawCertificate extends RawObject {
  spec: {
    dnsNames: string[];
    issuerRef: { group: string; kind: string; name: string };
    secretName: string;
    usages: string[];
  };
  status: {
    conditions: RawCondition[];
    failedIssuanceAttempts?: number;
    lastFailureTime?: string;
    notAfter: string;
    notBefore: string;
    renewalTime: string;
    revision: number;
  };
}
