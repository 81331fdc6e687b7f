import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { probeWishOf, type ProbeWish } from './probe-wish.ts';
import { asItIs, objectOf, objectsOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';

/** An Ingress: which host names it serves and with which certificates. Source: `/apis/networking.k8s.io/v1/ingresses`. */
export interface IngressFact extends FactHead {
  namespace: string;
  name: string;
  /** `spec.ingressClassName`, or the old annotation's value; "" for the default class. */
  className: string;
  /** Host names of its rules, at most 100. */
  hosts: string[];
  /** Its TLS blocks: `hosts` empty stands for all hosts of its rules; `secretName` "" for the controller's own certificate. */
  tls: { hosts: string[]; secretName: string }[];
  /** Addresses of `status.loadBalancer`, at most 10. */
  addresses: string[];
  /** Which Service each host leads to, at most 200; `host` "" for all hosts, `path` "/" where none is written, at most 200 characters. In the same namespace. */
  backends: readonly { host: string; path: string; service: string }[];
  wish: ProbeWish;
}

const mostHosts = 100;
const mostBlocks = 32;
const mostAddresses = 10;
const mostBackends = 200;
const pathLength = 200;

/** A raw Ingress as a fact; null if it has no name. */
export function ingressFact(raw: unknown, source: string, intern: Intern = asItIs): IngressFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const annotations = objectOf(objectOf(objectOf(raw)['metadata'])['annotations']);
  const spec = objectOf(objectOf(raw)['spec']);
  const rules = objectsOf(spec['rules'], mostHosts).map(({ host }) => textOf(host));
  return {
    ...identity,
    source,
    className: intern(textOf(spec['ingressClassName']) || textOf(annotations['kubernetes.io/ingress.class'])),
    hosts: [...new Set(rules.filter((host) => host !== ''))],
    tls: tlsOf(spec['tls'], annotations),
    addresses: addressesOf(raw),
    backends: backendsOf(spec, intern),
    wish: probeWishOf(annotations),
  };
}

function tlsOf(value: unknown, annotations: Raw): IngressFact['tls'] {
  let left = mostHosts;
  const blocks = objectsOf(value, mostBlocks).map((block) => {
    const hosts = textsOf(block['hosts'], mostHosts);
    // Cut to nothing a block would stand for all hosts of the rules.
    const kept = hosts.length === 0 ? hosts : hosts.slice(0, Math.max(1, left));
    left -= kept.length;
    return { hosts: kept, secretName: textOf(block['secretName']) };
  });
  return blocks.length === 0 && isTraefikTls(annotations) ? [{ hosts: [], secretName: '' }] : blocks;
}

/** Traefik speaks TLS for an Ingress without a block too, with its own certificate, if an annotation says so. */
function isTraefikTls(annotations: Raw): boolean {
  const prefix = 'traefik.ingress.kubernetes.io/router.';
  const entryPoints = textOf(annotations[`${prefix}entrypoints`], 1_000).split(',');
  return annotations[`${prefix}tls`] === 'true' || entryPoints.some((name) => name.trim() === 'websecure');
}

function backendsOf(spec: Raw, intern: Intern): IngressFact['backends'] {
  const byPath = objectsOf(spec['rules'], mostHosts).flatMap((rule) => {
    const host = textOf(rule['host']);
    return objectsOf(objectOf(rule['http'])['paths'], mostHosts).map(({ path, backend }) => {
      return { host, path: textOf(path, pathLength) || '/', service: intern(serviceOf(backend)) };
    });
  });
  const usual = { host: '', path: '/', service: intern(serviceOf(spec['defaultBackend'])) };
  return [...byPath, usual].filter(({ service }) => service !== '').slice(0, mostBackends);
}

function serviceOf(backend: unknown): string {
  return textOf(objectOf(objectOf(backend)['service'])['name']);
}

function addressesOf(raw: unknown): string[] {
  const balancer = objectOf(objectOf(objectOf(raw)['status'])['loadBalancer']);
  const points = objectsOf(balancer['ingress'], mostAddresses);
  return points.map(({ hostname, ip }) => textOf(ip) || textOf(hostname)).filter((address) => address !== '');
}
