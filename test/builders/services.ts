import type { EndpointSliceFact } from '#server/facts/endpoint-slice.ts';
import type { GatewayClassFact } from '#server/facts/gateway-class.ts';
import type { IngressClassFact } from '#server/facts/ingress-class.ts';
import type { PodTemplate } from '#server/facts/pod-template.ts';
import type { ProbeWish } from '#server/facts/probe-wish.ts';
import type { RegistryImagesFact } from '#server/facts/registry-images.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { ServiceFact } from '#server/facts/service.ts';
import { day, hour, noon, second } from './time.ts';

/** Annotations that wish nothing. */
export const noWish: ProbeWish = { off: false, path: '', text: '', status: [], problem: '' };

/** Discovered host git.example, up, reached through Traefik and Service gitea/gitea. */
export function aServiceProbe(part: Partial<ServiceProbeFact> = {}): ServiceProbeFact {
  const { host = 'git.example' } = part;
  const { key = `Host/${host}` } = part;
  return {
    ...{ key, uid: key, source: 'services-probed' },
    ...{ name: host, is: 'http', url: `https://${host}/`, host, port: 443, group: '' },
    namedBy: [{ kind: 'Ingress', namespace: 'gitea', name: 'gitea' }],
    services: ['gitea/gitea'],
    through: { kind: 'IngressClass', name: 'traefik' },
    ...{ outcome: 'up', outcomeSince: noon - day, trouble: '', message: '', status: 200, server: '', title: 'Gitea' },
    ...{ misses: 0, askedAt: noon - 5 * second, upAt: noon - 5 * second },
    phases: { dnsMs: 1, connectMs: 2, tlsMs: 8, firstByteMs: 30, wholeMs: 42 },
    ...{ slowMs: 3_000, slowProbes: 0, address: '10.0.0.10:443', wishProblem: '' },
    ...part,
  };
}

/** Registry home at registry.example, configured, up, without a login. */
export function aRegistryProbe(part: Partial<RegistryProbeFact> = {}): RegistryProbeFact {
  const { name = 'home', host = 'registry.example' } = part;
  const key = `Registry/${name}`;
  return {
    ...{ key, uid: key, source: 'registries', name, host, url: `https://${host}/`, kind: 'v2', configured: true },
    ...{ mirrors: [], outcome: 'up', outcomeSince: noon - day, trouble: '', message: '', status: 200, misses: 0 },
    ...{ askedAt: noon - 2 * second, upAt: noon - 2 * second, latencyMs: 12, login: 'none', components: [] },
    ...{ unhealthySince: null, limitedSince: null, address: '10.0.0.5:443' },
    ...part,
  };
}

/** Registry home holds the one image that workloads refer to. */
export function aRegistryImages(part: Partial<RegistryImagesFact> = {}): RegistryImagesFact {
  const key = 'Registry/home';
  return {
    ...{ key, uid: key, source: 'registry-images', host: 'registry.example' },
    images: [{ image: 'registry.example/web:1.4', held: 'held', askedAt: noon - hour }],
    ...{ leftOut: 0, roundAt: noon - hour, askingSince: null, sureSince: null, problem: '' },
    ...part,
  };
}

/** Service default/web, which leads to pods labelled app=web. */
export function aService(part: Partial<ServiceFact> = {}): ServiceFact {
  const { namespace = 'default', name = 'web' } = part;
  return {
    ...{ key: `${namespace}/${name}`, uid: `uid-service-${namespace}-${name}`, source: 'services', namespace, name },
    ...{ type: 'ClusterIP', selector: { app: name }, ports: [{ name: 'http', port: 80, nodePort: null }] },
    ...{ addresses: [], clusterIp: '10.43.0.7' },
    ...part,
  };
}

/** The endpoints of Service default/web: one, and it is ready. */
export function anEndpointSlice(part: Partial<EndpointSliceFact> = {}): EndpointSliceFact {
  const { namespace = 'default', service = 'web' } = part;
  const { name = `${service}-x7k2p` } = part;
  return {
    ...{ key: `${namespace}/${name}`, uid: `uid-slice-${namespace}-${name}`, source: 'endpointslices' },
    ...{ namespace, name, service, ready: 1, unready: [], unreadyCount: 0 },
    ...part,
  };
}

/** Traefik's class, the default one. */
export function anIngressClass(part: Partial<IngressClassFact> = {}): IngressClassFact {
  const { name = 'traefik' } = part;
  const head = { key: name, uid: `uid-ingressclass-${name}`, source: 'ingressclasses', name };
  return { ...head, controller: 'traefik.io/ingress-controller', isDefault: true, ...part };
}

/** Traefik's class of Gateways. */
export function aGatewayClass(part: Partial<GatewayClassFact> = {}): GatewayClassFact {
  const { name = 'traefik' } = part;
  const head = { key: name, uid: `uid-gatewayclass-${name}`, source: 'gatewayclasses', name };
  return { ...head, controller: 'traefik.io/gateway-controller', ...part };
}

/** One container of registry.example/web:1.4 without volumes, labelled app=web. */
export function aPodTemplate(part: Partial<PodTemplate> = {}): PodTemplate {
  return {
    labels: { app: 'web' },
    containers: [{ name: 'web', image: 'registry.example/web:1.4', variables: [], mounts: [] }],
    volumes: [],
    pinned: false,
    ...part,
  };
}
