import { believableSources } from '#server/engine/freshness.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { endingLevel, usualLimits, wholeLife } from './certificate-life.ts';
import { isRenewedAllTheTime } from './certificate-renewal.ts';
import { productNames } from './renew-steps.ts';
import { seenCertificates, type SeenCertificate } from './seen-certificates.ts';
import { shorten } from './shorten.ts';

/** When something ends, and how much that is anybody's business. Times epoch ms. */
export interface Ending {
  /** "git.example", "API server", "k3s on nuc0". */
  name: string;
  notAfter: number;
  /** 0: it ends too soon, or has ended; 1: it has its time; 2: its whole life is so short that it would always be the soonest. */
  rank: 0 | 1 | 2;
  source: string;
  /** The same wherever the same certificate is seen. */
  certificate: string;
  isHost: boolean;
}

/**
 * All ends that are known: first what ends too soon by the usual limits, then all else by its end, whoever renews it, and last
 * what lives for days only and is renewed in time: a certificate of a day never hides the one of a year. Credentials renewed
 * all the time count once they have ended. Where anything is seen freshly only that counts.
 */
export function endings(snapshot: Snapshot): readonly Ending[] {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const all = [...seenCertificates(snapshot).flatMap((seen) => endingOf(seen, snapshot)), ...ofComponents(snapshot)];
  const believed = believableSources(snapshot);
  const fresh = all.filter(({ source }) => believed.has(source));
  const sorted = (fresh.length > 0 ? fresh : all).sort(
    (a, b) => a.rank - b.rank || a.notAfter - b.notAfter || byName(a.name, b.name),
  );
  kept.set(snapshot, sorted);
  return sorted;
}

/** The figure and the series ask for them. */
const kept = new WeakMap<Snapshot, readonly Ending[]>();

/** As the bars have them where several end at once. */
function byName(one: string, other: string): number {
  return one.toLowerCase() < other.toLowerCase() ? -1 : 1;
}

/** Lives up to this are renewed every few days: how long one of them still lasts tells nobody anything. */
const passingLifeMs = 14 * 86_400_000;

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
  const isPassing = (wholeLife(seen) ?? Infinity) <= passingLifeMs;
  const rank = tooSoon ? 0 : isPassing ? 2 : 1;
  return [{ name: shortName(seen), notAfter, rank, source, certificate: idOf(seen), isHost: seen.where === 'host' }];
}

/** By its fingerprint; where only dates are known by cert-manager's Certificate, which a host may show as well. */
function idOf({ certificate, issued, notAfter, subject }: SeenCertificate): string {
  if (issued !== null && issued.notAfter === notAfter) return `${issued.namespace}/${issued.name}`;
  return certificate?.fingerprint ?? subjectId(subject);
}

/** Of each node the first of what k3s or RKE2 has there, authorities aside. */
function ofComponents(snapshot: Snapshot): Ending[] {
  return [...snapshot.facts('componentCertificates').values()].flatMap(({ node, product, certificates, source }) => {
    const ends = certificates.flatMap(({ isAuthority, expiresAt }) => (isAuthority ? [] : [expiresAt]));
    if (ends.length === 0) return [];
    const notAfter = Math.min(...ends);
    const tooSoon = endingLevel({ notBefore: null, notAfter }, snapshot.now, usualLimits) !== 'ok';
    const name = `${productNames[product]} on ${shorten(node, 40)}`;
    return [{ name, notAfter, rank: tooSoon ? (0 as const) : (1 as const), source, certificate: name, isHost: false }];
  });
}
