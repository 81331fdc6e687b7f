import { at } from './raw-pod.ts';

const condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', lastTransitionTime: at };

/** An Ingress with a host of its own certificate, one of the controller's, and a wildcard. */
export const rawIngress = {
  metadata: {
    name: 'git',
    namespace: 'shop',
    uid: 'u20',
    labels: { app: 'git' },
    annotations: {
      'cert-manager.io/cluster-issuer': 'letsencrypt',
      'clusterwall.dev/path': '/explore',
      'clusterwall.dev/text': 'Explore',
      'clusterwall.dev/status': '200, 3xx',
    },
  },
  spec: {
    ingressClassName: 'traefik',
    rules: [
      {
        host: 'git.example',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'git', port: { number: 80 } } } }],
        },
      },
      { host: 'docs.example', http: { paths: [] } },
      { host: 'git.example', http: { paths: [{ path: '/raw', backend: { service: { name: 'raw' } } }] } },
      { http: { paths: [{ path: '/any' }, { backend: { service: { name: 'any' } } }] } },
    ],
    defaultBackend: { service: { name: 'nothing-here', port: { name: 'http' } } },
    tls: [{ hosts: ['git.example', '*.git.example'], secretName: 'git-tls' }, {}],
  },
  status: { loadBalancer: { ingress: [{ ip: '192.168.1.10', ports: [{ port: 443 }] }, { hostname: 'lb.example' }] } },
};

/** A Gateway with listeners for HTTPS, for what is passed through, and for HTTP. */
export const rawGateway = {
  metadata: { name: 'home', namespace: 'gateways', uid: 'u21', annotations: { a: 'b' } },
  spec: {
    gatewayClassName: 'cilium',
    listeners: [
      {
        name: 'https',
        protocol: 'HTTPS',
        port: 443,
        hostname: '*.home.example',
        tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'home-tls' }] },
        allowedRoutes: { namespaces: { from: 'All' } },
      },
      { name: 'nas', protocol: 'TLS', port: 8443, hostname: 'nas.example', tls: { mode: 'Passthrough' } },
      { name: 'http', protocol: 'HTTP', port: 80 },
    ],
  },
  status: {
    addresses: [{ type: 'IPAddress', value: '192.168.1.20' }],
    conditions: [condition],
    listeners: [{ name: 'https', attachedRoutes: 2, supportedKinds: [{ kind: 'HTTPRoute' }], conditions: [condition] }],
  },
};

/** A route through one listener of that Gateway, and through a Service of a mesh. */
export const rawHttpRoute = {
  metadata: { name: 'wiki', namespace: 'shop', uid: 'u22', annotations: { 'clusterwall.dev/probe': 'false' } },
  spec: {
    hostnames: ['wiki.home.example', '*.wiki.home.example'],
    parentRefs: [
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        namespace: 'gateways',
        name: 'home',
        sectionName: 'https',
      },
      { name: 'own', port: 8443 },
      { group: '', kind: 'Service', name: 'mesh' },
    ],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'mirror' } } }],
        backendRefs: [
          { name: 'wiki', port: 80, weight: 1 },
          { name: 'next', port: 80, weight: 0 },
        ],
      },
      { backendRefs: [{ group: '', kind: 'Service', namespace: 'files', name: 'uploads', port: 80 }] },
    ],
  },
  status: { parents: [{ parentRef: { name: 'home' }, conditions: [condition] }] },
};

/** Traefik's own kind of route. */
export const rawIngressRoute = {
  metadata: { name: 'cloud', namespace: 'shop', uid: 'u23', annotations: { 'clusterwall.dev/path': '/status.php' } },
  spec: {
    entryPoints: ['websecure'],
    routes: [
      { kind: 'Rule', match: 'Host(`cloud.example`) && PathPrefix(`/dav`)', services: [{ name: 'cloud', port: 80 }] },
      {
        kind: 'Rule',
        match: 'Host(`cloud.example`) || Host(`files.example`)',
        services: [{ name: 'files', namespace: 'files' }],
      },
    ],
    tls: { secretName: 'cloud-tls', domains: [{ main: 'cloud.example' }], options: { name: 'modern' } },
  },
};

/** A Certificate of cert-manager that is ready and whose renewal fails. */
export const rawCertificate = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u24', creationTimestamp: at, labels: { app: 'web' } },
  spec: {
    commonName: 'git.example',
    dnsNames: ['git.example', 'www.git.example'],
    ipAddresses: ['192.168.1.10'],
    issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
    secretName: 'git-tls',
    privateKey: { algorithm: 'ECDSA', rotationPolicy: 'Always' },
    usages: ['digital signature'],
  },
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: 'Certificate is up to date and has not expired',
        lastTransitionTime: at,
        observedGeneration: 1,
      },
      {
        type: 'Issuing',
        status: 'False',
        reason: 'Failed',
        message: 'The certificate request has failed to complete and will be retried: rate limited',
        lastTransitionTime: at,
      },
    ],
    notBefore: at,
    notAfter: '2027-02-19T03:08:00Z',
    renewalTime: '2027-01-20T03:08:00Z',
    lastFailureTime: '2027-01-20T03:18:00Z',
    failedIssuanceAttempts: 3,
    revision: 4,
    nextPrivateKeySecretName: 'web-x7k2p',
  },
};

/** A Service that a load balancer leads to, with a port of every node's. */
export const rawService = {
  metadata: {
    name: 'traefik',
    namespace: 'kube-system',
    uid: 'u25',
    labels: { 'app.kubernetes.io/name': 'traefik' },
    annotations: { 'meta.helm.sh/release-name': 'traefik' },
    creationTimestamp: at,
  },
  spec: {
    type: 'LoadBalancer',
    clusterIP: '10.43.120.7',
    clusterIPs: ['10.43.120.7'],
    externalIPs: ['203.0.113.7', '192.168.1.10'],
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ports: [
      { name: 'web', port: 80, protocol: 'TCP', targetPort: 'web', nodePort: 31080 },
      { name: 'websecure', port: 443, protocol: 'TCP', targetPort: 'websecure', nodePort: 31443 },
      { name: 'metrics', port: 9100, protocol: 'TCP', targetPort: 9100 },
    ],
    selector: { 'app.kubernetes.io/name': 'traefik', 'app.kubernetes.io/instance': 'traefik-kube-system' },
    sessionAffinity: 'None',
  },
  status: { loadBalancer: { ingress: [{ ip: '192.168.1.10', ipMode: 'VIP' }, { hostname: 'lb.example' }] } },
};

/** Endpoints of that Service: one ready, one on its way out, one of which nothing is said, and one that is no pod. */
export const rawEndpointSlice = {
  addressType: 'IPv4',
  metadata: {
    name: 'traefik-x7k2p',
    namespace: 'kube-system',
    uid: 'u26',
    labels: {
      'kubernetes.io/service-name': 'traefik',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    },
    annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': at },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'traefik', uid: 'u25', controller: true }],
  },
  endpoints: [
    {
      addresses: ['10.42.0.9'],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'nuc0',
      targetRef: { kind: 'Pod', namespace: 'kube-system', name: 'traefik-5d4f8c7b9-abcde', uid: 'u1-1' },
    },
    {
      addresses: ['10.42.1.4'],
      conditions: { ready: false, serving: true, terminating: true },
      nodeName: 'nuc1',
      targetRef: { kind: 'Pod', namespace: 'kube-system', name: 'traefik-5d4f8c7b9-fghij', uid: 'u1-2' },
      zone: 'attic',
      hints: { forZones: [{ name: 'attic' }] },
    },
    { addresses: ['10.42.2.4'], conditions: {} },
    { addresses: ['192.168.1.99'], conditions: { ready: false }, targetRef: { kind: 'VirtualMachine', name: 'old' } },
  ],
  ports: [{ name: 'web', port: 8000, protocol: 'TCP' }],
};

/** The class of Ingresses that is the default one. */
export const rawIngressClass = {
  metadata: {
    name: 'traefik',
    uid: 'u27',
    labels: { app: 'traefik' },
    annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
  },
  spec: { controller: 'traefik.io/ingress-controller', parameters: { kind: 'ConfigMap', name: 'traefik' } },
};

/** A class of Gateways. */
export const rawGatewayClass = {
  metadata: { name: 'traefik', uid: 'u28', labels: { app: 'traefik' }, annotations: { a: 'b' } },
  spec: { controllerName: 'traefik.io/gateway-controller', parametersRef: { group: '', kind: 'ConfigMap', name: 'x' } },
  status: { conditions: [condition], supportedFeatures: [{ name: 'HTTPRoute' }] },
};
