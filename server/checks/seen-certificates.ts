import type { Check, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { CredentialFact } from '#server/facts/api-door.ts';
import type { IssuedCertificateFact } from '#server/facts/issued-certificate.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import type { Subject } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { shorten } from './shorten.ts';
import { apiSubject, credentialSubject, nodeSubject } from './subjects.ts';

/** One certificate wherever it was seen, as the checks of certificates judge it. Times epoch ms. */
export interface SeenCertificate {
  /** Whose findings are about it. */
  subject: Subject;
  /** Tells it apart where a subject has several: `kubelet` for that of a node's kubelet. */
  key?: string;
  where: 'api' | 'kubelet' | 'host' | 'own' | 'issued';
  /** As it stands in a sentence: "git.example", "the API server", "the kubelet of nuc0", "the wall's own certificate for the API". */
  words: string;
  /** The source of its fact. */
  source: string;
  notBefore: number | null;
  notAfter: number | null;
  /** Null where only dates are known (our own, cert-manager's). */
  certificate: ShownCertificate | null;
  /** How many other hosts show the same one; of those the first by name explains the others. */
  sharedWith: number;
  /** The first by name of the hosts that show the same one, if that is another. */
  root: Subject | null;
  /** The host or kubelet that shows it, null for all else. */
  server: TlsServerFact | null;
  /** cert-manager's Certificate: itself, or the one that the host shows, by its Secret or, where none is named, its dates and names. */
  issued: IssuedCertificateFact | null;
  /** What we present ourselves with, null for all else. */
  credential: CredentialFact | null;
}

/** What checks of certificates need. All of it is optional: each verdict says by which source it was judged. */
export const certificateKinds = {
  apiHandshake: 'optional',
  tlsServer: 'optional',
  apiDoor: 'optional',
  issuedCertificate: 'optional',
} as const satisfies Check['needs'];

/** What every verdict about it begins with. */
export function headOf({ subject, key, source }: SeenCertificate): Pick<Verdict, 'subject' | 'key' | 'sources'> {
  return { subject, ...(key === undefined ? {} : { key }), sources: [source] };
}

/** All certificates of which dates are known: the API's, the kubelets', hosts', our own, cert-manager's. */
export function seenCertificates(snapshot: Snapshot): readonly SeenCertificate[] {
  const before = seen.get(snapshot);
  if (before !== undefined) return before;
  const all = [...ofApi(snapshot), ...ofOurselves(snapshot), ...ofServers(snapshot), ...ofCertManager(snapshot)];
  seen.set(snapshot, all);
  return all;
}

/**
 * Of what has a certificate, and has shown none since the wall started: a host that is silent, an API that is down, a
 * credential plugin that has given nothing yet. What was known of it before the start is not over.
 */
export function notSeenYet(snapshot: Snapshot): Verdict[] {
  const api = snapshot.facts('apiHandshake').get('api');
  const door = snapshot.facts('apiDoor').get('api');
  const notYet = { level: 'ok', say: say('it has shown no certificate yet'), unseen: true } as const;
  return [
    ...(api !== undefined && ofApi(snapshot).length === 0 ? [{ ...notYet, subject: apiSubject }] : []),
    ...(door?.credential.kind === 'exec' && door.credential.expiresAt === null && door.outcome !== 'ready'
      ? [{ ...notYet, subject: credentialSubject }]
      : []),
    ...[...snapshot.facts('tlsServer').values()].flatMap(({ certificate, is, name }) => {
      if (certificate !== null) return [];
      return is === 'kubelet'
        ? [{ ...notYet, subject: nodeSubject(name), key: 'kubelet' }]
        : [{ ...notYet, subject: hostSubject(name) }];
    }),
  ];
}

/** Each check of certificates asks for them. */
const seen = new WeakMap<Snapshot, readonly SeenCertificate[]>();

const nothingElse = { certificate: null, sharedWith: 0, root: null, server: null, issued: null, credential: null };

function ofApi(snapshot: Snapshot): SeenCertificate[] {
  const fact = snapshot.facts('apiHandshake').get('api');
  // Without a certificate there is no handshake either, which is the API's own business.
  if (fact === undefined || (fact.certificate === null && fact.notAfter === null)) return [];
  const { source, notBefore, notAfter, certificate } = fact;
  const head = { subject: apiSubject, where: 'api' as const, words: 'the API server', source };
  return [{ ...nothingElse, ...head, notBefore, notAfter, certificate }];
}

const ownWords: Record<CredentialFact['kind'], string> = {
  'client-certificate': "the wall's own certificate for the API",
  token: "the wall's own token for the API",
  'token-file': "the wall's own token for the API",
  'service-account': "the wall's own token for the API",
  exec: "the wall's own credentials for the API",
  none: "the wall's own credentials for the API",
};

function ofOurselves(snapshot: Snapshot): SeenCertificate[] {
  const door = snapshot.facts('apiDoor').get('api');
  if (door === undefined || door.credential.expiresAt === null) return [];
  const { source, credential } = door;
  const head = { subject: credentialSubject, where: 'own' as const, words: ownWords[credential.kind], source };
  return [{ ...nothingElse, ...head, notBefore: credential.issuedAt, notAfter: credential.expiresAt, credential }];
}

function ofServers(snapshot: Snapshot): SeenCertificate[] {
  const issuedFor = issuedMatches([...snapshot.facts('issuedCertificate').values()]);
  const servers = [...snapshot.facts('tlsServer').values()];
  const sharing = hostsByFingerprint(servers);
  return servers.flatMap((server) => {
    const { certificate, is, name, source, secret } = server;
    if (certificate === null) return [];
    const { notBefore, notAfter } = certificate;
    const head =
      is === 'kubelet'
        ? { subject: nodeSubject(name), key: 'kubelet', words: `the kubelet of ${shorten(name, 60)}` }
        : { subject: hostSubject(name), words: shorten(name, 80) };
    const sharers = is === 'host' ? (sharing.get(certificate.fingerprint) ?? []) : [];
    const [first = name] = sharers;
    return {
      ...{ ...nothingElse, ...head, where: is, source, notBefore, notAfter, certificate, server },
      sharedWith: Math.max(0, sharers.length - 1),
      root: first === name ? null : hostSubject(first),
      issued: is === 'host' ? issuedFor(secret, certificate) : null,
    };
  });
}

function ofCertManager(snapshot: Snapshot): SeenCertificate[] {
  return [...snapshot.facts('issuedCertificate').values()].flatMap((issued) => {
    const { namespace, name, source, notBefore, notAfter } = issued;
    // Not issued yet: there is no life of which anything could be left.
    if (notAfter === null) return [];
    const words = `Certificate ${shorten(namespace, 60)}/${shorten(name, 60)}`;
    const head = { subject: issuedSubject(issued), where: 'issued' as const, words, source };
    return { ...nothingElse, ...head, notBefore, notAfter, issued };
  });
}

/** A host as subject: `git.example`, with its port if that is not 443. */
export function hostSubject(name: string): Subject {
  return { kind: 'Host', name };
}

/** A Certificate of cert-manager as subject. */
export function issuedSubject({ namespace, name }: Pick<IssuedCertificateFact, 'namespace' | 'name'>): Subject {
  return { kind: 'Certificate', namespace, name };
}

/**
 * Finds the Certificate of what a host shows. Many Ingress objects name no Secret, since the controller shows one for all of
 * them: then it is the one that is valid from and to the same second and has a name in common.
 */
function issuedMatches(issued: readonly IssuedCertificateFact[]) {
  const bySecret = new Map(issued.map((each) => [`${each.namespace}/${each.secretName}`, each]));
  const byDates = Map.groupBy(issued, datesOf);
  return (secret: string | null, shown: ShownCertificate): IssuedCertificateFact | null => {
    const named = secret === null ? undefined : bySecret.get(secret);
    const same = byDates.get(datesOf(shown)) ?? [];
    return named ?? same.find(({ names }) => names.some((name) => shown.names.includes(name))) ?? null;
  };
}

function datesOf({ notBefore, notAfter }: Pick<SeenCertificate, 'notBefore' | 'notAfter'>): string {
  return `${notBefore} ${notAfter}`;
}

/** Names of the hosts that show each certificate, in their order. */
function hostsByFingerprint(servers: readonly TlsServerFact[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { is, name, certificate } of servers) {
    if (is !== 'host' || certificate === null) continue;
    const held = names.get(certificate.fingerprint) ?? [];
    names.set(certificate.fingerprint, held);
    held.push(name);
  }
  for (const held of names.values()) held.sort();
  return names;
}
