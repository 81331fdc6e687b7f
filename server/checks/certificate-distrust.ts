import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { splitAddress } from './door-words.ts';

/** Why a browser would not trust what a server shows; null if it would. `default`: the Ingress controller's own certificate. */
export type Distrust =
  'default' | 'self-signed' | 'unknown-issuer' | 'incomplete' | 'wrong-name' | 'not-believed' | 'old-protocol';

/** What Ingress controllers show where they have no certificate for a host: Traefik, ingress-nginx. */
const defaultNames = /^(?:TRAEFIK DEFAULT CERT|Kubernetes Ingress Controller Fake Certificate)$/;

/**
 * Why the certificate that a server shows, or showed last, is not trusted. Its dates are judged elsewhere. A kubelet's may be
 * of the cluster's authority or signed by itself, as kubeadm leaves it; its names do not matter.
 */
export function distrustOf(server: TlsServerFact): Distrust | null {
  const { certificate, is, outcome, trouble } = server;
  if (is === 'kubelet') return certificate === null || isOfKubelet(certificate) ? null : 'unknown-issuer';
  if (trouble === 'old-protocol') return 'old-protocol';
  if (certificate === null) return null;
  if (defaultNames.test(certificate.commonName)) return 'default';
  if (certificate.chainIs !== 'complete') return certificate.chainIs;
  if (outcome === 'untrusted') return 'not-believed';
  // While handshakes fail nothing is said of its name: then it is compared here, so that nothing seems to be over.
  const wrong = outcome === 'no-handshake' ? !isFor(certificate, askedName(server)) : outcome === 'wrong-name';
  return wrong ? 'wrong-name' : null;
}

function isOfKubelet({ chainIs, selfSigned, subject, issuer }: ShownCertificate): boolean {
  if (chainIs === 'complete' || selfSigned) return true;
  // A kubelet makes an authority for this one certificate: "nuc0@1700000000" of "nuc0-ca@1700000000".
  const [, host] = /CN=([^,]+)@\d+$/.exec(subject) ?? [];
  return host !== undefined && /CN=([^,]+)-ca@\d+$/.exec(issuer)?.[1] === host;
}

function askedName({ serverName, name }: TlsServerFact): string {
  return (serverName || splitAddress(name).host).toLowerCase();
}

function isFor({ names }: ShownCertificate, asked: string): boolean {
  const [, ...parent] = asked.split('.');
  const wildcard = `*.${parent.join('.')}`;
  return names.some((name) => [asked, wildcard].includes(name.toLowerCase()));
}

/** The hosts that are not trusted for the same reason because of the same certificate, by name; only `server` if there are no others. */
export function distrustedAlike(server: TlsServerFact, snapshot: Snapshot): readonly string[] {
  const distrust = distrustOf(server);
  const fingerprint = server.is === 'host' ? server.certificate?.fingerprint : undefined;
  if (fingerprint === undefined || distrust === null) return [server.name];
  return (alike(snapshot).get(`${distrust} ${fingerprint}`) ?? [server.name]).toSorted();
}

function alike(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const groups = new Map<string, string[]>();
  for (const server of snapshot.facts('tlsServer').values()) {
    const distrust = server.is === 'host' ? distrustOf(server) : null;
    if (distrust === null || server.certificate === null) continue;
    const key = `${distrust} ${server.certificate.fingerprint}`;
    const names = groups.get(key) ?? [];
    groups.set(key, names);
    names.push(server.name);
  }
  kept.set(snapshot, groups);
  return groups;
}

/** Asked for each host, and again for each finding of one. */
const kept = new WeakMap<Snapshot, ReadonlyMap<string, readonly string[]>>();
