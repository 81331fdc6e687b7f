import { at } from './raw-pod.ts';

const condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', lastTransitionTime: at };

/** An Ingress with a host of its own certificate, one of the controller's, and a wildcard. */
export const rawIngress = {
  metadata: {
    name: 'git',
    namespace: 'shop',
    uid: 'u20',
    labels: { app: 'git' },
    annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
  },
  spec: {
    ingressClassName: 'traefik',
    rules: [
      { host: 'git.example', http: { paths: [{ path: '/', backend: { service: { name: 'git' } } }] } },
      { host: 'docs.example', http: { paths: [] } },
      { host: 'git.example', http: { paths: [{ path: '/raw' }] } },
      { http: { paths: [{ path: '/any' }] } },
    ],
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
  metadata: { name: 'wiki', namespace: 'shop', uid: 'u22' },
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
    rules: [{ backendRefs: [{ name: 'wiki', port: 80 }] }],
  },
  status: { parents: [{ parentRef: { name: 'home' }, conditions: [condition] }] },
};

/** Traefik's own kind of route. */
export const rawIngressRoute = {
  metadata: { name: 'cloud', namespace: 'shop', uid: 'u23', annotations: { a: 'b' } },
  spec: {
    entryPoints: ['websecure'],
    routes: [
      { kind: 'Rule', match: 'Host(`cloud.example`) && PathPrefix(`/dav`)', services: [{ name: 'cloud', port: 80 }] },
      { kind: 'Rule', match: 'Host(`cloud.example`) || Host(`files.example`)', services: [] },
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
