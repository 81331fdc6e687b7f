import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ShownAuthority, ShownCertificate } from '#server/facts/shown-certificate.ts';
import { shorten } from './shorten.ts';
import type { WarnedCertificates } from './warned-certificates.ts';

/** An authority wherever it was seen, once by its common name. Times epoch ms. */
export interface SeenAuthority {
  /** "k3s-server-ca@1700000000". */
  name: string;
  at: number;
  /** `cluster`: an authority of the cluster's own; `host`: one between a public authority and a host's certificate, that ends before it. */
  of: 'cluster' | 'host';
  /** "the API server", "k3s on kmaster": at most 20, in their order. */
  seenIn: string[];
  /** The sources that know of it; none where k3s said so by an event. */
  sources: string[];
  /** Of the same name but for when it was made, and lasts a year longer: "" if there is none. */
  successor: string;
}

const day = 86_400_000;
const mostPlaces = 20;
const mostAuthorities = 500;

/** All authorities that are the owner's business; `memory` is what k3s warned of by events. In no order. */
export function seenAuthorities(
  snapshot: Snapshot,
  memory: ReadonlyMap<string, WarnedCertificates>,
): readonly SeenAuthority[] {
  const found = new Map<string, Omit<SeenAuthority, 'successor'>>();
  for (const one of [...byMetrics(snapshot), ...byEvents(memory), ...byChains(snapshot), ...betweenHosts(snapshot)]) {
    const known = found.get(one.name);
    if (known !== undefined) found.set(one.name, merged(known, one));
    else if (found.size < mostAuthorities) found.set(one.name, one);
  }
  const all = [...found.values()];
  return all.map((one) => ({ ...one, successor: successorOf(one, all) }));
}

type Found = Omit<SeenAuthority, 'successor'>;

function byMetrics(snapshot: Snapshot): Found[] {
  return [...snapshot.facts('componentCertificates').values()].flatMap(({ node, product, certificates, source }) =>
    certificates
      .filter(({ isAuthority }) => isAuthority)
      .map(({ subject, expiresAt }) => one(subject, expiresAt, `${product} on ${shorten(node, 60)}`, [source])),
  );
}

function byEvents(memory: ReadonlyMap<string, WarnedCertificates>): Found[] {
  return [...memory].flatMap(([node, { ends }]) =>
    ends.map(({ certificate, at }) => one(certificate, at, `an event of ${shorten(node, 60)}`, [])),
  );
}

/** Those that the API server and kubelets show themselves. What nobody shows cannot be seen. */
function byChains(snapshot: Snapshot): Found[] {
  const api = snapshot.facts('apiHandshake').get('api');
  const kubelets = [...snapshot.facts('tlsServer').values()].filter(({ is }) => is === 'kubelet');
  return [
    ...ownAuthorities(api?.certificate, 'the API server', api?.source),
    ...kubelets.flatMap(({ certificate, name, source }) =>
      ownAuthorities(certificate, `the kubelet of ${shorten(name, 60)}`, source),
    ),
  ];
}

function ownAuthorities(certificate: ShownCertificate | null | undefined, place: string, source = ''): Found[] {
  return (certificate?.chain ?? []).flatMap(({ subject, notAfter, selfSigned }) =>
    selfSigned && notAfter !== null ? [one(subject, notAfter, place, [source])] : [],
  );
}

/** What stands between is its issuer's business, unless the host's certificate is worth nothing without it. */
function betweenHosts(snapshot: Snapshot): Found[] {
  return [...snapshot.facts('tlsServer').values()].flatMap(({ is, name, certificate, source }) => {
    if (is !== 'host' || certificate === null) return [];
    return certificate.chain.flatMap((authority): Found[] =>
      endsBefore(authority, certificate)
        ? [{ ...one(authority.subject, authority.notAfter ?? 0, shorten(name, 80), [source]), of: 'host' }]
        : [],
    );
  });
}

function endsBefore({ notAfter, selfSigned }: ShownAuthority, certificate: ShownCertificate): boolean {
  return !selfSigned && notAfter !== null && certificate.notAfter !== null && notAfter < certificate.notAfter;
}

function one(subject: string, at: number, place: string, sources: string[]): Found {
  return { name: commonNameOf(subject), at, of: 'cluster', seenIn: [place], sources };
}

/** "k3s-server-ca@1700000000" of "CN=k3s-server-ca@1700000000,O=k3s" or "O=k3s, CN=..."; the whole text without one. */
export function commonNameOf(subject: string): string {
  const [, name] = /(?:^|[,+\n]\s*)CN=((?:\\.|[^,+\\\n])+)/.exec(subject) ?? [];
  return shorten((name ?? subject).replaceAll(/\\(.)/g, '$1').trim(), 100) || 'without a name';
}

function merged(known: Found, { at, of, seenIn, sources }: Found): Found {
  return {
    name: known.name,
    at: Math.min(known.at, at),
    of: known.of === 'cluster' ? 'cluster' : of,
    seenIn: [...new Set([...known.seenIn, ...seenIn])].slice(0, mostPlaces),
    sources: [...new Set([...known.sources, ...sources])].slice(0, mostPlaces),
  };
}

/** k3s writes behind an `@` when an authority was made: the next one of the same kind takes its place. */
function successorOf({ name, at }: Found, all: readonly Found[]): string {
  const [kind = '', made] = name.split('@');
  if (made === undefined) return '';
  const later = all.find((each) => each.name.startsWith(`${kind}@`) && each.at > at + 365 * day);
  return later?.name ?? '';
}
