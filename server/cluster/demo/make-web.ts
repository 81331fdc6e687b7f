import { machines } from './machines.ts';
import type { Random } from './random.ts';
import { rawTime, type Metadata, type RawCondition } from './raw-objects.ts';
import type { RawGateway, RawHttpRoute, RawIngress, RawIngressRoute } from './raw-web.ts';
import { DOMAIN, GATEWAY, type WebHost } from './web-hosts.ts';
import { webCertificates, wildcard } from './web-certificates.ts';

const TRAEFIK_GATEWAYS = 'traefik.io/gateway-controller';
const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** An Ingress that Traefik has taken: it is to be reached at every node. */
export function makeIngress(web: WebHost, random: Random, createdAt: number): RawIngress {
  const { host, name, port, secret, text } = web;
  // What cert-manager makes of an Ingress has the name of its Secret.
  const issued = webCertificates.some(({ namespace, issuedAs }) => namespace === web.namespace && issuedAs === secret);
  const annotations = {
    ...(issued ? { 'cert-manager.io/cluster-issuer': 'letsencrypt' } : {}),
    ...(text === undefined ? {} : { 'clusterwall.dev/text': text }),
  };
  const isAnnotated = Object.keys(annotations).length > 0;
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: port } } } }];
  return {
    metadata: { ...metadataOf(web, random, createdAt), ...(isAnnotated ? { annotations } : {}) },
    spec: {
      ingressClassName: 'traefik',
      rules: [{ host, http: { paths } }],
      tls: [{ hosts: [host], ...(secret === null ? {} : { secretName: secret }) }],
    },
    status: { loadBalancer: { ingress: machines.map(({ address }) => ({ ip: address })) } },
  };
}

export function makeIngressRoute(web: WebHost, random: Random, createdAt: number): RawIngressRoute {
  const { host, name, port, secret } = web;
  return {
    metadata: metadataOf(web, random, createdAt),
    spec: {
      entryPoints: ['websecure'],
      routes: [{ kind: 'Rule', match: `Host(\`${host}\`)`, services: [{ name, port }] }],
      tls: secret === null ? {} : { secretName: secret },
    },
  };
}

export function makeHttpRoute(web: WebHost, random: Random, createdAt: number): RawHttpRoute {
  const { host, name, port } = web;
  const parentRef = { group: GATEWAY_GROUP, kind: 'Gateway', ...GATEWAY, sectionName: 'websecure' };
  const fine = [condition('Accepted', 'Accepted', createdAt), condition('ResolvedRefs', 'ResolvedRefs', createdAt)];
  return {
    metadata: metadataOf(web, random, createdAt),
    spec: {
      hostnames: [host],
      parentRefs: [parentRef],
      rules: [
        {
          backendRefs: [{ group: '', kind: 'Service', name, port, weight: 1 }],
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        },
      ],
    },
    status: { parents: [{ controllerName: TRAEFIK_GATEWAYS, parentRef, conditions: fine }] },
  };
}

/** The Gateway of the homelab, by which Traefik takes HTTPS for all names. */
export function makeGateway(routes: number, random: Random, createdAt: number): RawGateway {
  const name = 'websecure';
  const kinds = [{ group: GATEWAY_GROUP, kind: 'HTTPRoute' }];
  const fine = (types: readonly string[]) => types.map((type) => condition(type, type, createdAt));
  return {
    metadata: metadataOf(GATEWAY, random, createdAt),
    spec: {
      gatewayClassName: 'traefik',
      // The port is that of Traefik's entry point, which its Service shows as 443.
      listeners: [
        {
          allowedRoutes: { namespaces: { from: 'All' } },
          ...{ name, hostname: `*.${DOMAIN}`, port: 8443, protocol: 'HTTPS' },
          tls: { certificateRefs: [{ group: '', kind: 'Secret', name: wildcard.secret }], mode: 'Terminate' },
        },
      ],
    },
    status: {
      addresses: [{ type: 'IPAddress', value: machines[0]?.address ?? '' }],
      conditions: fine(['Accepted', 'Programmed']),
      listeners: [
        {
          attachedRoutes: routes,
          conditions: fine(['Accepted', 'Programmed', 'ResolvedRefs']),
          name,
          supportedKinds: kinds,
        },
      ],
    },
  };
}

function metadataOf(of: { namespace: string; name: string }, random: Random, createdAt: number): Metadata {
  const { namespace, name } = of;
  const creationTimestamp = rawTime(createdAt);
  return { name, namespace, uid: random.uid(), resourceVersion: '', generation: 1, creationTimestamp };
}

function condition(type: string, reason: string, since: number): RawCondition {
  const lastTransitionTime = rawTime(since);
  return { type, status: 'True', observedGeneration: 1, lastTransitionTime, reason, message: '' };
}
