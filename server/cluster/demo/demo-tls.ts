import { isIP } from 'node:net';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsLook, TlsTarget } from '../connection.ts';
import { apiCertificate, type DemoHandshakeParts } from './demo-handshake.ts';
import { keyOf, type ObjectStore } from './object-store.ts';
import type { RawNode } from './raw-objects.ts';
import { kubeletShown, traefikShown, webShown } from './shown-certificates.ts';
import { secretKey, webCertificates, wildcard } from './web-certificates.ts';
import { DOMAIN, webHosts } from './web-hosts.ts';
import type { WebLife } from './web-life.ts';

/** What the TLS servers of the demo's homelab are told by. */
export interface DemoTlsParts extends DemoHandshakeParts {
  store: ObjectStore;
  web: WebLife;
  /** Whether the kubelet of a node is there, and with it its machine. */
  speaks: (node: string) => boolean;
}

/** A server as it shows itself: the certificate, and who has signed it. */
interface Server {
  certificate: ShownCertificate;
  trustedBy: TlsTarget['trust'] | 'nobody';
}

type Trouble = Pick<TlsLook, 'trouble' | 'message'>;

const LATENCY_MS = { low: 5, high: 40 };
const KUBELET_PORT = 10_250;

/** Looks at the homelab's TLS servers, as a handshake over the network would. */
export function createDemoTls(parts: DemoTlsParts): (target: TlsTarget, limitMs: number) => Promise<TlsLook> {
  const { schedule, random } = parts;
  return (target, limitMs) => {
    const { promise, resolve } = Promise.withResolvers<TlsLook>();
    const latencyMs = random.between(LATENCY_MS.low, LATENCY_MS.high);
    schedule.after(latencyMs, () => {
      const found = serverAt(target, limitMs, parts);
      const isSilent = 'trouble' in found && (found.trouble === 'timeout' || found.trouble === 'silent');
      const look = 'trouble' in found ? noLook(found) : judged(found, target, schedule.now());
      schedule.after(isSilent ? limitMs - latencyMs : 0, () => resolve(look));
    });
    return promise;
  };
}

function serverAt(target: TlsTarget, limitMs: number, parts: DemoTlsParts): Server | Trouble {
  const { store, door, speaks } = parts;
  const address = addressOf(target);
  const node = nodeAt(target.host, store);
  if (node === 'unknown') return trouble('dns', `the name in ${address} cannot be resolved (ENOTFOUND)`);
  const within = `within ${limitMs / 1000} s`;
  if (node === null || !speaks(node.metadata.name)) return trouble('timeout', `no connection to ${address} ${within}`);
  if (target.port === KUBELET_PORT) return kubeletOf(node, parts);
  if (address === parts.address) {
    if (door.faults.silent)
      return trouble('silent', `connected to ${address}, but the TLS handshake was not done ${within}`);
    if (!door.faults.refused) return { certificate: apiCertificate(parts), trustedBy: clusterOr(parts) };
  }
  if (target.port === 443 && traefikRuns(parts)) return traefikFor(target.serverName, parts);
  return trouble('refused', `${address} refused the connection`);
}

/** The machine behind a name or an address: Traefik is to be reached at each of them. Null for one that is not there. */
function nodeAt(host: string, store: ObjectStore): RawNode | null | 'unknown' {
  const nodes = store.list('nodes');
  if (host === DOMAIN || host.endsWith(`.${DOMAIN}`)) return nodes[0] ?? null;
  const found = nodes.find(({ metadata, status }) => {
    return metadata.name === host || status.addresses.some(({ address }) => address === host);
  });
  return found ?? (isIP(host) ? null : 'unknown');
}

function kubeletOf(node: RawNode, parts: DemoTlsParts): Server {
  const { k3s, door } = parts;
  const { name } = node.metadata;
  const address = node.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const exchangedAt = door.faults.authorityExchangedAt;
  const validity = k3s.of(name, exchangedAt);
  return { certificate: kubeletShown(name, address, validity, exchangedAt ?? k3s.madeAt), trustedBy: clusterOr(parts) };
}

/** Since the cluster has another authority, nobody trusts by the one that we know. */
function clusterOr({ door }: DemoTlsParts): 'cluster' | 'nobody' {
  return door.faults.authorityExchangedAt === null ? 'cluster' : 'nobody';
}

function traefikRuns({ store, speaks }: DemoTlsParts): boolean {
  return store.list('pods').some(({ spec, status }) => {
    return spec.containers[0]?.name === 'traefik' && status.phase === 'Running' && speaks(spec.nodeName ?? '');
  });
}

/** By the name that is asked for: the Secret that an object names, else the default, else what Traefik makes itself. */
function traefikFor(serverName: string, { store, web, schedule }: DemoTlsParts): Server {
  const host = webHosts.find((each) => each.host === serverName);
  const isNamed = (each: { namespace: string; name: string }) => {
    const resource = host?.by === 'ingress-route' ? 'ingressroutes' : 'ingresses';
    return store.get(resource, `${each.namespace}/${each.name}`) !== undefined;
  };
  const secret = host?.secret && isNamed(host) ? `${host.namespace}/${host.secret}` : secretKey(wildcard);
  const of = webCertificates.find((each) => secretKey(each) === secret);
  const validity = web.certificates.validity(secret);
  if (of && validity) return { certificate: webShown(of, validity), trustedBy: 'system' };
  const startedAt = store.list('pods').find((pod) => keyOf(pod).startsWith('kube-system/traefik'))?.status.startTime;
  return { certificate: traefikShown(Date.parse(startedAt ?? '') || schedule.now()), trustedBy: 'nobody' };
}

/** Dates first, then who has signed it, then its names, as the real one judges. */
function judged({ certificate: shown, trustedBy }: Server, target: TlsTarget, now: number): TlsLook {
  const isTrusted = trustedBy === target.trust;
  const chainIs = isTrusted || shown.selfSigned ? shown.chainIs : 'unknown-issuer';
  const certificate = { ...shown, chainIs };
  const look = { trouble: '', certificate, protocol: 'TLSv1.3' } as const;
  const its = `the certificate of ${addressOf(target)}`;
  if ((shown.notAfter ?? Infinity) <= now) return { ...look, outcome: 'expired', message: `${its} has expired` };
  if ((shown.notBefore ?? 0) > now) return { ...look, outcome: 'not-yet-valid', message: `${its} is not valid yet` };
  if (!isTrusted) {
    const why = shown.selfSigned
      ? 'is signed by itself'
      : `comes from an authority that is not trusted: ${(shown.chain.at(-1) ?? shown).issuer}`;
    return { ...look, outcome: 'untrusted', message: `${its} ${why}` };
  }
  const wanted = [target.serverName || target.host, target.otherName].filter((name) => name !== '');
  if (wanted.some((name) => shown.names.some((own) => fits(own, name)))) {
    return { ...look, outcome: 'trusted', message: '' };
  }
  return { ...look, outcome: 'wrong-name', message: `${its} is for another name: ${shown.names.join(', ')}` };
}

/** `*.home.example` is for one label before it. */
function fits(own: string, name: string): boolean {
  return own === name || (own.startsWith('*.') && own.slice(1) === name.slice(name.indexOf('.')));
}

function addressOf({ host, port }: TlsTarget): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function trouble(what: TlsLook['trouble'], message: string): Trouble {
  return { trouble: what, message };
}

function noLook(found: Trouble): TlsLook {
  return { outcome: 'no-handshake', ...found, certificate: null, protocol: '' };
}
