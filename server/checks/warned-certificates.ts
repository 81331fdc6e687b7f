import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventCertificate } from '#server/facts/event-certificates.ts';
import type { EventFact } from '#server/facts/event.ts';
import { certificateEvents, type CertificateEvents } from './certificate-events.ts';
import { seenAt } from './events-about.ts';
import { productOf } from './k3s-nodes.ts';

/** What is remembered of what k3s or RKE2 said of a node's certificates, since the API forgets it after an hour. Times epoch ms. */
export interface WarnedCertificates {
  /** When it last warned, 0 if it never did. */
  saidAt: number;
  /** When it said that all is well, or was seen to have renewed, 0 if never. */
  fineAt: number;
  /** Those that end soonest, at most 5; none once it is fine. */
  ends: { certificate: string; at: number }[];
  /** How many it named; more than there are ends here. */
  count: number;
  /** It warned in words in which no date was found. */
  undated: boolean;
}

/** Certificates that a restart renews, or authorities, which none does. */
export type WarnedKind = 'leafs' | 'authorities';

const nothing: WarnedCertificates = { saidAt: 0, fineAt: 0, ends: [], count: 0, undated: false };
const mostEnds = 5;
const day = 86_400_000;
// It looks every 30 min and repeats what it warns of.
const repeatsMs = 45 * 60_000;
const lifeMs = 365 * day;

/** What to remember of a node's warnings now. Pure; at most 1.5 KB a node. */
export function rememberWarned(
  kind: WarnedKind,
  before: WarnedCertificates | undefined,
  node: string,
  snapshot: Snapshot,
): WarnedCertificates {
  const told = certificateEvents(snapshot).get(node);
  const warned = told === undefined ? null : warningOf(kind, told);
  const last = before ?? nothing;
  // What was fine at the same moment or later is no news.
  const memory = warned !== null && warned.saidAt > Math.max(last.saidAt, last.fineAt) ? { ...last, ...warned } : last;
  const fineAt = fineSince(kind, memory, told, node, snapshot);
  return fineAt <= memory.fineAt ? memory : { ...nothing, saidAt: memory.saidAt, fineAt };
}

/** The names of the nodes of which something may be remembered. */
export function warnedNodes(snapshot: Snapshot): string[] {
  return [...snapshot.facts('node').values()].flatMap((node) => (productOf(node) === null ? [] : [node.name]));
}

function warningOf(kind: WarnedKind, told: CertificateEvents): Omit<WarnedCertificates, 'fineAt'> | null {
  const leafs = entriesOf(told.leafs);
  const authorities = entriesOf(told.authorities);
  const own =
    kind === 'leafs' ? leafs.filter((each) => !isAuthority(each)) : [...authorities, ...leafs.filter(isAuthority)];
  const event = kind === 'leafs' ? told.leafs : (told.authorities ?? (own.length > 0 ? told.leafs : null));
  if (event === null) return null;
  const undated = event.certificates?.length === 0;
  if (own.length === 0 && !undated) return null;
  const ends = own.map(({ certificate, at }) => ({ certificate, at })).sort((a, b) => a.at - b.at);
  return { saidAt: seenAt(event), ends: ends.slice(0, mostEnds), count: ends.length, undated };
}

/** Without those that are not valid yet, which a clock explains. */
function entriesOf(event: EventFact | null): EventCertificate[] {
  return (event?.certificates ?? []).filter(({ is }) => is !== 'not-yet-valid');
}

/** Files hold their authorities too, so that a warning of them names those that end as soon: k3s calls them so. */
function isAuthority({ certificate }: EventCertificate): boolean {
  return /\bCN=[^,]*-ca(?:@\d+)?(?:,|$)/.test(certificate);
}

/** Since when what it warned of is over (epoch ms), 0 or less than what is known if it is not. */
function fineSince(
  kind: WarnedKind,
  memory: WarnedCertificates,
  told: CertificateEvents | undefined,
  node: string,
  snapshot: Snapshot,
): number {
  const { saidAt } = memory;
  const saidFine = told !== undefined && told.fineAt > saidAt ? told.fineAt : 0;
  if (memory.count === 0 && !memory.undated) return saidFine;
  const other = told?.[kind === 'leafs' ? 'authorities' : 'leafs'] ?? null;
  // While one warning stands it never says that all is well: the other is over if it is not repeated with this one.
  const notRepeated = other !== null && seenAt(other) > saidAt + repeatsMs ? seenAt(other) : 0;
  const seen =
    metricIsLater(kind, memory, node, snapshot) || (kind === 'leafs' && startedSince(memory, node, snapshot));
  return Math.max(saidFine, notRepeated, seen ? snapshot.now : 0);
}

/** True if the metric, as it is now, knows of later ends only. */
function metricIsLater(kind: WarnedKind, { ends }: WarnedCertificates, node: string, snapshot: Snapshot): boolean {
  const fact = snapshot.facts('componentCertificates').get(node);
  if (fact === undefined || snapshot.sources.get(fact.source)?.fresh !== true) return false;
  const own = fact.certificates.filter(({ isAuthority: is }) => is === (kind === 'authorities'));
  const soonest = Math.min(...own.map(({ expiresAt }) => expiresAt));
  return own.length > 0 && soonest > (ends[0]?.at ?? snapshot.now) + day;
}

/** True if its kubelet shows a certificate of a year that was issued after the last warning: it was restarted, and renewed. */
function startedSince({ saidAt, ends }: WarnedCertificates, node: string, snapshot: Snapshot): boolean {
  const { now } = snapshot;
  const notAfter = snapshot.facts('tlsServer').get(`Node/${node}`)?.certificate?.notAfter ?? null;
  // Whoever still warns is right.
  if (notAfter === null || now - saidAt < repeatsMs) return false;
  return notAfter - lifeMs > saidAt && notAfter > (ends[0]?.at ?? 0) + day;
}
