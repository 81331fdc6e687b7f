import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { calmLeft } from './certificate-life.ts';
import type { SeenCertificate } from './seen-certificates.ts';
import { shorten } from './shorten.ts';

const day = 86_400_000;
const year = 365.25 * day;

type Evidence = NonNullable<Verdict['evidence']>;

/** What a sentence is about: "the certificate of git.example and 13 more hosts", "the wall's own token for the API". */
export function certificateOf({ where, words, root, sharedWith }: SeenCertificate): string {
  switch (where) {
    case 'own':
    case 'issued':
      return words;
    case 'api':
      return "the API server's certificate";
    case 'kubelet':
      return `the certificate of ${words}`;
    case 'host':
      return `the certificate of ${words}${root === null ? andMoreHosts(sharedWith) : ''}`;
  }
}

/** " and 13 more hosts", "" if there are none. */
export function andMoreHosts(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ' and 1 more host' : ` and ${count} more hosts`;
}

/** "ends in 12 days (13 Oct 12:00)" of what still lasts. */
export function endsSay(what: string, notAfter: number, now: number): Say {
  const left = notAfter - now;
  // Nobody counts in days by then, and dates are absurd at times (year 9999).
  if (left >= 1_000 * day)
    return say('{what} ends in {years} years ({at:at})', { what, years: Math.floor(left / year), at: notAfter });
  // Of the last minutes nothing finer is said, so that the sentence does not tick.
  const within = left < 10 * 60_000 ? 'within' : 'in';
  return say(`{what} ends ${within} {left:duration} ({at:at})`, { what, left: calmLeft(left), at: notAfter });
}

/** From when to when it is valid, where it is shown, who issued it, who else shows it; what differs in time comes first. */
export function certificateEvidence(seen: SeenCertificate, snapshot: Snapshot): Evidence {
  return [
    ...clockEvidence(seen, snapshot),
    ...datesEvidence(seen),
    ...placeEvidence(seen),
    ...issuerEvidence(seen),
    ...itselfEvidence(seen),
  ];
}

/** From when to when it is valid, as far as that can be read. */
export function datesEvidence({ notBefore, notAfter }: Pick<SeenCertificate, 'notBefore' | 'notAfter'>): Evidence {
  if (notAfter === null) return [];
  return [
    notBefore === null
      ? { kind: 'value', say: say('valid until {to:at}', { to: notAfter }) }
      : { kind: 'value', say: say('valid from {from:at} to {to:at}', { from: notBefore, to: notAfter }) },
  ];
}

/** Where it is shown and what names that place. */
export function placeEvidence({
  server,
  credential,
  issued,
  where,
}: Pick<SeenCertificate, 'server' | 'credential' | 'issued' | 'where'>): Evidence {
  if (credential !== null && credential.from !== '') return [text('from {from}', { from: shorten(credential.from) })];
  if (where === 'issued' && issued !== null) {
    const names = shorten(issued.names.join(', '));
    return [
      text('for {names}, in Secret {secret}', { names: names || 'no names', secret: shorten(issued.secretName) }),
    ];
  }
  if (server === null) return [];
  const [first, ...others] = server.namedBy;
  const by =
    first === undefined ? '' : `, named by ${namedBy(first)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  return [text(`shown at {address}{by}`, { address: addressOf(server), by: shorten(by) })];
}

function namedBy({ kind, namespace, name }: { kind: string; namespace: string | null; name: string }): string {
  if (kind === 'Configuration') return `${name} of the configuration`;
  return namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function issuerEvidence({ certificate, issued, credential, where }: SeenCertificate): Evidence {
  const issuer = certificate?.issuer ?? (where === 'issued' ? issued?.issuer : credential?.issuer) ?? '';
  return issuer === '' ? [] : [text('issued by {issuer}', { issuer: shorten(issuer) })];
}

/** Whom it names, for which hosts, and its key, so that the right file can be found. */
function itselfEvidence({ certificate }: SeenCertificate): Evidence {
  if (certificate === null) return [];
  const { subject, names, keyType } = certificate;
  const [first, ...others] = names;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const parts = [
    subject === '' ? 'without a subject' : shorten(subject),
    ...(first === undefined ? [] : [`for ${shorten(first, 80)}${more}`]),
    ...(keyType === '' ? [] : [keyType]),
  ];
  return [text('{itself}', { itself: parts.join(', ') })];
}

/** `host:port` that a server was asked at: its name where nothing else is said. */
export function addressOf({ address, name }: { address: string; name: string }): string {
  return address || (/:\d+$/.test(name) ? name : `${name}:443`);
}

/** Clocks that differ by more make dates of certificates doubtful. */
const clocksAgreeWithinMs = 60_000;

/** That our clock and that of the API differ, where they do: then an end that has passed may be none. */
export function clockEvidence(_seen: SeenCertificate, snapshot: Snapshot): Evidence {
  const ahead = snapshot.facts('apiDoor').get('api')?.clockAheadMs ?? 0;
  if (Math.abs(ahead) <= clocksAgreeWithinMs) return [];
  const direction = ahead > 0 ? 'behind' : 'ahead of';
  return [
    {
      kind: 'value',
      say: say(`our clock is {by:duration} ${direction} the clock of the API: dates may be judged wrongly`, {
        by: Math.abs(ahead),
      }),
    },
  ];
}

function text(template: string, values: Record<string, string>): Evidence[number] {
  return { kind: 'text', say: say(template, values) };
}
