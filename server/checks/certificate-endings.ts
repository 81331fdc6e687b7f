import { believableSources } from '#server/engine/freshness.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { endingLevel, isShort, usualLimits } from './certificate-life.ts';
import { isRenewedAllTheTime, renewedBy } from './certificate-renewal.ts';
import { productNames } from './renew-steps.ts';
import { seenCertificates, type SeenCertificate } from './seen-certificates.ts';
import { shorten } from './shorten.ts';

/** When something ends, and how much that is anybody's business. Times epoch ms. */
export interface Ending {
  /** "git.example", "API server", "k3s on nuc0". */
  name: string;
  notAfter: number;
  /** 0: it ends too soon, or has ended; 1: nobody renews it unasked; 2: something that works does. */
  rank: 0 | 1 | 2;
  source: string;
}

/**
 * All ends that are known, the one that needs a hand soonest first: what ends too soon by the usual limits, whoever should renew
 * it; then what nobody renews unasked; then what cert-manager, a resolver or its own short life takes care of, so that
 * a certificate of a day never hides the one of a year. Credentials renewed all the time count once they have ended. Where
 * anything is seen freshly only that counts.
 */
export function endings(snapshot: Snapshot): readonly Ending[] {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const all = [...seenCertificates(snapshot).flatMap((seen) => endingOf(seen, snapshot)), ...ofComponents(snapshot)];
  const believed = believableSources(snapshot);
  const fresh = all.filter(({ source }) => believed.has(source));
  const sorted = (fresh.length > 0 ? fresh : all).sort(
    (a, b) => a.rank - b.rank || a.notAfter - b.notAfter || (a.name < b.name ? -1 : 1),
  );
  kept.set(snapshot, sorted);
  return sorted;
}

/** The figure and the series ask for them. */
const kept = new WeakMap<Snapshot, readonly Ending[]>();

/** How a certificate is called where there is little room. */
export function shortName({ where, words, subject }: SeenCertificate): string {
  switch (where) {
    case 'api':
      return 'API server';
    case 'kubelet':
      return `kubelet of ${shorten(subject.name, 40)}`;
    case 'own':
      return "the wall's own";
    case 'host':
    case 'issued':
      return words;
  }
}

function endingOf(seen: SeenCertificate, snapshot: Snapshot): Ending[] {
  const { notAfter, source } = seen;
  if (notAfter === null || (isRenewedAllTheTime(seen) && notAfter > snapshot.now)) return [];
  const tooSoon = endingLevel(seen, snapshot.now, usualLimits) !== 'ok';
  return [{ name: shortName(seen), notAfter, rank: tooSoon ? 0 : isByItself(seen, snapshot) ? 2 : 1, source }];
}

/** What is given for so short a time, or by cert-manager or Traefik, is renewed unasked. */
function isByItself(seen: SeenCertificate, snapshot: Snapshot): boolean {
  return isShort(seen) || /^(?:cert-manager$|Traefik )/.test(renewedBy(seen, snapshot) ?? '');
}

/** Of each node the first of what k3s or RKE2 has there, authorities aside. */
function ofComponents(snapshot: Snapshot): Ending[] {
  return [...snapshot.facts('componentCertificates').values()].flatMap(({ node, product, certificates, source }) => {
    const ends = certificates.flatMap(({ isAuthority, expiresAt }) => (isAuthority ? [] : [expiresAt]));
    if (ends.length === 0) return [];
    const notAfter = Math.min(...ends);
    const tooSoon = endingLevel({ notBefore: null, notAfter }, snapshot.now, usualLimits) !== 'ok';
    const name = `${productNames[product]} on ${shorten(node, 40)}`;
    return [{ name, notAfter, rank: tooSoon ? (0 as const) : (1 as const), source }];
  });
}
