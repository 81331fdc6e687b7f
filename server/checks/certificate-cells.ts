import type { TileContext } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Cells, Column } from '#shared/area-rows.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { distrustOf } from './certificate-distrust.ts';
import { renewedBy } from './certificate-renewal.ts';
import { shortName } from './certificate-endings.ts';
import { productNames } from './renew-steps.ts';
import { seenAuthorities } from './seen-authorities.ts';
import { seenCertificates, type SeenCertificate } from './seen-certificates.ts';
import { shorten } from './shorten.ts';
import { sameSubject } from './subjects.ts';
import { warnedIn } from './warned-memory.ts';

const day = 86_400_000;

/** The table of all certificates: no more than fits side by side on a wide screen. How many days are left the bars say. */
export const certificateColumns: Column[] = [
  { key: 'name', title: 'Certificate', type: 'text' },
  { key: 'ends', title: 'Ends', type: 'at' },
  { key: 'issuer', title: 'Issued by', type: 'text' },
  { key: 'renewal', title: 'Renewed by', type: 'text' },
  { key: 'trust', title: 'Trust', type: 'text' },
  { key: 'seen', title: 'Last seen', type: 'age' },
];

const nothing: Cells = { ends: null, issuer: null, renewal: null, trust: null, seen: null };

/** One row of it: what is known of a subject's certificate; of a node that of its kubelet, or of its k3s if one of those ends a day earlier or more. */
export function certificateCells(subject: Subject, snapshot: Snapshot, context?: TileContext): Cells {
  if (subject.kind === 'Authority') return authorityCells(subject.name, snapshot, context);
  const seen = seenCertificates(snapshot).find((each) => sameSubject(each.subject, subject));
  const components = subject.kind === 'Node' ? componentCells(subject.name, snapshot) : null;
  if (components !== null && (seen?.notAfter == null || (components['ends'] as number) < seen.notAfter - day)) {
    return components;
  }
  return seen === undefined ? unseenCells(subject, snapshot) : seenCells(seen, snapshot);
}

function seenCells(seen: SeenCertificate, snapshot: Snapshot): Cells {
  const { where, notAfter, certificate, server, credential, issued } = seen;
  const issuer = certificate?.issuer ?? credential?.issuer ?? issued?.issuer ?? '';
  return {
    name: shortName(seen),
    ends: notAfter,
    issuer: issuer === '' ? null : shorten(issuerWords(issuer), mostOfIssuer),
    renewal: renewedBy(seen, snapshot),
    trust: trustOf(seen, snapshot),
    seen: where === 'api' ? apiSeenAt(snapshot) : (server?.seenAt ?? null),
  };
}

/** The evidence has it whole. */
const mostOfIssuer = 32;

/** "Let's Encrypt, R11" of "C=US, O=Let's Encrypt, CN=R11": who it is, without the letters and the country. */
function issuerWords(issuer: string): string {
  const parts = issuer.split(/,\s*(?=[A-Za-z.0-9]+=)/).map((part) => /^([A-Za-z.0-9]+)=(.+)$/s.exec(part));
  const [name, organisation] = ['CN', 'O'].map((key) => parts.find((part) => part?.[1] === key)?.[2]);
  if (name === undefined) return organisation ?? issuer;
  const [first = ''] = (organisation ?? '').split(' ');
  return organisation === undefined || name.startsWith(first) ? name : `${organisation}, ${name}`;
}

/** Facts that stay the same are not told every time: the newest handshake is that of its source. */
function apiSeenAt({ facts, sources }: Snapshot): number | null {
  const fact = facts('apiHandshake').get('api');
  if (fact === undefined) return null;
  return fact.outcome === 'no-handshake' ? fact.outcomeSince : (sources.get(fact.source)?.freshAt ?? null);
}

/** What has shown no certificate yet, or is none: an authority, a source. */
function unseenCells(subject: Subject, snapshot: Snapshot): Cells {
  const server = snapshot.facts('tlsServer').get(subjectId(subject));
  const name = shorten(subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`, 100);
  if (server === undefined) return { ...nothing, name };
  return { ...nothing, name, seen: server.seenAt };
}

function componentCells(node: string, snapshot: Snapshot): Cells | null {
  const fact = snapshot.facts('componentCertificates').get(node);
  const [first] = (fact?.certificates ?? [])
    .filter(({ isAuthority }) => !isAuthority)
    .toSorted((a, b) => a.expiresAt - b.expiresAt);
  if (fact === undefined || first === undefined) return null;
  const product = productNames[fact.product];
  return {
    ...nothing,
    name: `${product} on ${shorten(node, 40)}: ${shorten(first.subject, 60)}`,
    ends: first.expiresAt,
    renewal: `${product}, when restarted`,
    seen: snapshot.sources.get(fact.source)?.freshAt ?? null,
  };
}

/** What an authority's check knows of it; it remembers those of which k3s has warned. */
function authorityCells(name: string, snapshot: Snapshot, context: TileContext | undefined): Cells {
  const memory = warnedIn(context?.memory('certificates/authority-expiring'));
  const found = seenAuthorities(snapshot, memory).find((each) => each.name === name);
  return { ...nothing, name: shorten(name, 100), ends: found?.at ?? null, renewal: 'by hand' };
}

const distrustWords = {
  default: "controller's default",
  'self-signed': 'self-signed',
  'unknown-issuer': 'unknown issuer',
  incomplete: 'chain incomplete',
  'wrong-name': 'wrong name',
  'not-believed': 'not believed',
  'old-protocol': 'outdated TLS',
};

function trustOf({ where, server }: SeenCertificate, snapshot: Snapshot): string | null {
  if (where === 'api') {
    const outcome = snapshot.facts('apiHandshake').get('api')?.outcome;
    if (outcome === 'trusted') return 'trusted';
    return outcome === 'untrusted' || outcome === 'wrong-name' ? outcome.replace('-', ' ') : null;
  }
  if (server === null) return null;
  const distrust = distrustOf(server);
  if (distrust !== null) return distrustWords[distrust];
  if (where !== 'kubelet') return 'trusted';
  return server.certificate?.chainIs === 'complete' ? 'trusted' : 'signed by itself';
}
