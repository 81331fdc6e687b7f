import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import { isShort } from './certificate-life.ts';
import { apiNode, productOf, renewalWindowMs } from './k3s-nodes.ts';
import { shorten } from './shorten.ts';
import type { WarnedCertificates } from './warned-certificates.ts';

/** The end of one certificate that a restart of its node renews. Times epoch ms. */
export interface KnownEnd {
  /** "CN=system:node:nuc0,O=system:nodes", "the API server's certificate". */
  certificate: string;
  at: number;
  how: 'metric' | 'event' | 'kubelet' | 'api';
}

/** What is known of the certificates of a node's own k3s or RKE2. */
export interface ComponentExpiry {
  node: NodeFact;
  product: 'k3s' | 'rke2';
  /** A start renews what ends within this (ms). */
  windowMs: number;
  /** The soonest first. Empty only if it warned in words without a date. */
  ends: KnownEnd[];
  /** How many it warned of beyond those, by an event. */
  more: number;
  /** When it last said so by an event (epoch ms), null if that is not how it is known. */
  saidAt: number | null;
  /** By whose freshness it is judged. What was said by an event stays true until something says otherwise. */
  sources: string[];
}

/** Of all nodes of k3s and RKE2 of which anything is known; `memory` is what they said by events. */
export function componentExpiries(
  snapshot: Snapshot,
  memory: ReadonlyMap<string, WarnedCertificates>,
): ComponentExpiry[] {
  return [...snapshot.facts('node').values()].flatMap((node) => {
    const product = productOf(node);
    const known = product === null ? null : knownOf(node, memory.get(node.name), snapshot);
    if (product === null || known === null) return [];
    return [{ node, product, windowMs: renewalWindowMs(node.kubeletVersion), ...known }];
  });
}

type Known = Pick<ComponentExpiry, 'ends' | 'more' | 'saidAt' | 'sources'>;

function knownOf(node: NodeFact, warned: WarnedCertificates | undefined, snapshot: Snapshot): Known | null {
  const own = byMetric(node.name, snapshot) ?? byEvents(node.name, warned, snapshot);
  const api = servedByApi(node, snapshot);
  const ends = [...own.ends, ...(api === null ? [] : [api.end])].sort((a, b) => a.at - b.at);
  if (ends.length === 0 && own.saidAt === null) return null;
  return { ...own, ends, sources: [...own.sources, ...(api === null ? [] : [api.source])] };
}

/** What the node's own metric says is all that there is of it, and newer than what its kubelet showed at the last look. */
function byMetric(node: string, snapshot: Snapshot): Known | null {
  const fact = snapshot.facts('componentCertificates').get(node);
  const ends = (fact?.certificates ?? []).flatMap(({ subject, isAuthority, expiresAt }): KnownEnd[] =>
    isAuthority ? [] : [{ certificate: shorten(subject, 100), at: expiresAt, how: 'metric' }],
  );
  return fact === undefined || ends.length === 0 ? null : { ends, more: 0, saidAt: null, sources: [fact.source] };
}

function byEvents(node: string, warned: WarnedCertificates | undefined, snapshot: Snapshot): Known {
  const warns = warned !== undefined && (warned.count > 0 || warned.undated);
  const said = (warns ? warned.ends : []).map(({ certificate, at }): KnownEnd => {
    return { certificate: shorten(certificate, 100), at, how: 'event' };
  });
  const shown = shownByKubelet(node, warned?.fineAt ?? 0, snapshot);
  return {
    ends: [...said, ...(shown === null ? [] : [shown.end])],
    more: warns ? Math.max(0, warned.count - said.length) : 0,
    saidAt: warns ? warned.saidAt : null,
    sources: shown === null ? [] : [shown.source],
  };
}

/** The serving certificate of its kubelet; none that was shown before the node said that all is well. */
function shownByKubelet(node: string, fineAt: number, snapshot: Snapshot): { end: KnownEnd; source: string } | null {
  const fact = snapshot.facts('tlsServer').get(`Node/${node}`);
  const at = endOf(fact?.certificate ?? null);
  if (fact === undefined || at === null || (fact.seenAt ?? 0) < fineAt) return null;
  return { end: { certificate: "the kubelet's serving certificate", at, how: 'kubelet' }, source: fact.source };
}

/** What the API server shows, where this node is the one that is asked. */
function servedByApi(node: NodeFact, snapshot: Snapshot): { end: KnownEnd; source: string } | null {
  const fact = snapshot.facts('apiHandshake').get('api');
  const at = endOf(fact?.certificate ?? null);
  if (fact === undefined || at === null || apiNode(snapshot) !== node || !isSignedByNode(node, snapshot)) return null;
  return { end: { certificate: "the API server's certificate", at, how: 'api' }, source: fact.source };
}

/** True if the API's certificate is one of those that k3s issues: by the authority's name, or by who signed its kubelet's. */
function isSignedByNode({ name }: NodeFact, snapshot: Snapshot): boolean {
  const issuer = snapshot.facts('apiHandshake').get('api')?.certificate?.issuer ?? '';
  if (/\bCN=(?:k3s|rke2)-server-ca\b/.test(issuer)) return true;
  return issuer !== '' && issuer === snapshot.facts('tlsServer').get(`Node/${name}`)?.certificate?.issuer;
}

/** What lives for days only is none that k3s has issued: somebody else renews it. */
function endOf(certificate: ShownCertificate | null): number | null {
  return certificate === null || isShort(certificate) ? null : certificate.notAfter;
}
