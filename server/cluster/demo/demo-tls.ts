import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsLook, TlsTarget } from '../connection.ts';
import { apiCertificate, type DemoHandshakeParts } from './demo-handshake.ts';
import { keyOf } from './object-store.ts';
import { placeOf, reachesTraefik, type PlacesParts } from './places.ts';
import type { RawNode } from './raw-objects.ts';
import { kubeletShown, nasShown, traefikShown, webShown } from './shown-certificates.ts';
import { secretKey, webCertificates, wildcard } from './web-certificates.ts';
import { webHosts } from './web-hosts.ts';
import type { WebLife } from './web-life.ts';

/** What the TLS servers of the demo's homelab are told by. */
export interface DemoTlsParts extends DemoHandshakeParts, PlacesParts {
  web: WebLife;
}

/** A server as it shows itself: the certificate, and who has signed it. */
interface Server {
  certificate: ShownCertificate;
  trustedBy: TlsTarget['trust'] | 'nobody';
}

type Trouble = Pick<TlsLook, 'trouble' | 'message'>;

const LATENCY_MS = { low: 5, high: 40 };
const KUBELET_PORT = 10_250;
const NAS_PHOTOS_PORT = 5001;

/** Looks at the homelab's TLS servers, as a handshake over the network would. */
export function createDemoTls(parts: DemoTlsParts): (target: TlsTarget, limitMs: number) => Promise<TlsLook> {
  const { schedule, random } = parts;
  return (target, limitMs) => {
    const { promise, resolve } = Promise.withResolvers<TlsLook>();
    const latencyMs = random.between(LATENCY_MS.low, LATENCY_MS.high);
    schedule.after(latencyMs, () => {
      const look = lookNow(target, limitMs, parts);
      const isSilent = look.trouble === 'timeout' || look.trouble === 'silent';
      schedule.after(isSilent ? limitMs - latencyMs : 0, () => resolve(look));
    });
    return promise;
  };
}

/** What a handshake that begins now comes to. `timeout` and `silent` are known after the limit only. */
export function lookNow(target: TlsTarget, limitMs: number, parts: DemoTlsParts): TlsLook {
  const found = serverAt(target, limitMs, parts);
  return 'trouble' in found ? noLook(found) : judged(found, target, parts.schedule.now());
}

function serverAt(target: TlsTarget, limitMs: number, parts: DemoTlsParts): Server | Trouble {
  const place = placeOf(target.host, parts);
  const address = addressOf(target);
  if (place === 'unresolved') return trouble('dns', `the name in ${address} cannot be resolved (EAI_AGAIN)`);
  if (place === 'unknown') return trouble('dns', `the name in ${address} cannot be resolved (ENOTFOUND)`);
  const lost = trouble('timeout', `no connection to ${address} within ${limitMs / 1000} s`);
  const refused = trouble('refused', `${address} refused the connection`);
  if (place === 'nobody') return lost;
  if (place === 'nas') return nasAt(target.port, parts) ?? refused;
  const { node } = place;
  if (!parts.speaks(node.metadata.name)) return lost;
  if (target.port === KUBELET_PORT) return kubeletOf(node, parts);
  if (address === parts.address) return apiAt(address, limitMs, parts) ?? refused;
  const traefik = target.port === 443 ? reachesTraefik(parts) : 'refused';
  if (traefik === 'silent') return lost;
  return traefik === 'yes' ? traefikFor(target.serverName, parts) : refused;
}

/** Null where it refuses. */
function apiAt(address: string, limitMs: number, parts: DemoTlsParts): Server | Trouble | null {
  const { faults } = parts.door;
  if (faults.silent) {
    return trouble('silent', `connected to ${address}, but the TLS handshake was not done within ${limitMs / 1000} s`);
  }
  return faults.refused ? null : { certificate: apiCertificate(parts), trustedBy: clusterOr(parts) };
}

/** The registry at the usual port, photos at theirs; null where nobody listens. */
function nasAt(port: number, { network, schedule }: DemoTlsParts): Server | null {
  const listens = port === NAS_PHOTOS_PORT || (port === 443 && network.faults.registry !== 'refusing');
  return listens ? { certificate: nasShown(schedule.now()), trustedBy: 'system' } : null;
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
