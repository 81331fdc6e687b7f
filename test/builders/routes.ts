import type { GatewayFact, GatewayListener } from '#server/facts/gateway.ts';
import type { HttpRouteFact } from '#server/facts/http-route.ts';
import type { IngressFact } from '#server/facts/ingress.ts';
import type { IngressRouteFact } from '#server/facts/ingress-route.ts';
import { noWish } from './services.ts';

/** The Ingress default/web with git.example behind TLS. */
export function anIngress(part: Partial<IngressFact> = {}): IngressFact {
  return {
    ...headOf('web', 'ingresses', part),
    className: 'traefik',
    hosts: ['git.example'],
    tls: [{ hosts: ['git.example'], secretName: 'web-tls' }],
    addresses: ['192.168.1.10'],
    backends: [],
    wish: noWish,
    ...part,
  };
}

/** The Gateway default/home with one listener. */
export function aGateway(part: Partial<GatewayFact> = {}): GatewayFact {
  return {
    ...headOf('home', 'gateways', part),
    className: 'cilium',
    listeners: [aListener()],
    addresses: ['192.168.1.20'],
    ...part,
  };
}

/** A listener for HTTPS on port 443 that serves every host. */
export function aListener(part: Partial<GatewayListener> = {}): GatewayListener {
  const usual = { name: 'https', protocol: 'HTTPS', port: 443, hostname: '', terminates: true };
  return { ...usual, secret: 'default/home-tls', ...part };
}

/** The HTTPRoute default/wiki through all listeners of Gateway default/home. */
export function anHttpRoute(part: Partial<HttpRouteFact> = {}): HttpRouteFact {
  return {
    ...headOf('wiki', 'httproutes', part),
    hostnames: ['wiki.example'],
    backends: [],
    paths: [],
    wish: noWish,
    parents: [{ namespace: 'default', name: 'home', listener: '', port: null }],
    ...part,
  };
}

/** The IngressRoute default/cloud for cloud.example at Traefik's entry point for TLS. */
export function anIngressRoute(part: Partial<IngressRouteFact> = {}): IngressRouteFact {
  return {
    ...headOf('cloud', 'ingressroutes', part),
    entryPoints: ['websecure'],
    hosts: ['cloud.example'],
    backends: [],
    paths: [],
    wish: noWish,
    tls: { secretName: '', certResolver: 'letsencrypt' },
    ...part,
  };
}

function headOf(usual: string, source: string, part: { namespace?: string; name?: string }) {
  const { namespace = 'default', name = usual } = part;
  return { key: `${namespace}/${name}`, uid: `uid-${namespace}-${name}`, source, namespace, name };
}
