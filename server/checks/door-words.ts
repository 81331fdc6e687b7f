import type { ApiDoorFact, DoorOutcome } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { say, type Say } from '#shared/say.ts';
import { shorten } from './shorten.ts';
import { unauthorizedSay } from './unauthorized-words.ts';

/** What came of asking the API where it did not let us in. */
export type Refusal = Exclude<DoorOutcome, 'ready' | 'not-ready'>;

/** The outcome if the API did not let us in, null if it answered whether it is ready. */
export function refusalOf({ outcome }: ApiDoorFact): Refusal | null {
  return outcome === 'ready' || outcome === 'not-ready' ? null : outcome;
}

/** What a sentence is made of. `certificate` is the serving certificate as last seen, if it was. */
interface Refused {
  door: ApiDoorFact;
  certificate: ApiHandshakeFact | undefined;
  now: number;
  /** Nodes still show certificates of our authority, see `nodesKeepOurs`. */
  nodesKeep: boolean;
}

const sentences: Record<Refusal, (refused: Refused) => Say> = {
  refused: ({ door: { address } }) => say('the API server at {address} refuses connections', { address }),
  unreachable: ({ door: { address, message } }) =>
    saying('the API server at {address} cannot be reached', { address }, message),
  dns: ({ door: { address } }) =>
    say('the name of the API server cannot be resolved: {host}', { host: splitAddress(address).host }),
  timeout: ({ door: { address, outcomeSince: since } }) =>
    say('no connection to the API server at {address} for {since:age}: nothing answers there', { address, since }),
  silent: ({ door: { address, outcomeSince: since } }) =>
    say('the API server at {address} takes connections but has not answered for {since:age}', { address, since }),
  unauthorized: ({ door, now }) => unauthorizedSay(door, now),
  forbidden: () => say('API forbids us to ask whether it is ready (403)'),
  untrusted: ({ door, certificate, nodesKeep }) => untrustedSay(door, certificate, nodesKeep),
  'wrong-name': ({ door, certificate }) => wrongNameSay(door, certificate),
  'certificate-expired': ({ certificate, now }) => certificateSay('certificate-expired', certificate, now),
  'certificate-not-yet-valid': ({ certificate, now }) => certificateSay('certificate-not-yet-valid', certificate, now),
  'no-credentials': ({ door: { credential, message } }) =>
    saying('we have no credentials for the API', {}, credential.problem || message),
  reset: ({ door: { address } }) => say('the API server at {address} breaks off the connection', { address }),
  'too-many-requests': () => say('the API server has too much to do and turns us away (429)'),
  failing: ({ door: { address, status } }) =>
    say('the API server at {address} answers with an error (HTTP {status})', { address, status: status ?? 500 }),
  'bad-gateway': ({ door: { address, status } }) =>
    say('what answers at {address} does not reach the API server behind it (HTTP {status})', {
      address,
      status: status ?? 502,
    }),
  redirected: ({ door: { address, shows } }) =>
    say('what answers at {address} is not a Kubernetes API: it leads to {shows}', {
      address,
      shows: shows || 'nowhere',
    }),
  'web-page': ({ door: { address, shows } }) =>
    shows === ''
      ? say('what answers at {address} is not a Kubernetes API, but a web page', { address })
      : say('what answers at {address} is not a Kubernetes API, but a web page: "{shows}"', { address, shows }),
  unexpected: ({ door }) => unexpectedSay(door),
};

/** The sentence of a refusal. `certificate` is the serving certificate as last seen, if it was. */
export function refusalSay(
  refusal: Refusal,
  door: ApiDoorFact,
  certificate: ApiHandshakeFact | undefined,
  { now, nodesKeep }: Pick<Refused, 'now' | 'nodesKeep'>,
): Say {
  return sentences[refusal]({ door, certificate, now, nodesKeep });
}

/** The sentence of a serving certificate out of its time, with the moment where it is known. */
export function certificateSay(
  outcome: 'certificate-expired' | 'certificate-not-yet-valid',
  certificate: ApiHandshakeFact | undefined,
  now: number,
): Say {
  const { notAfter = null, notBefore = null } = certificate ?? {};
  // The handshake may have seen another certificate, earlier or later: its dates count only if they fit the outcome.
  if (outcome === 'certificate-expired') {
    return notAfter === null || notAfter > now
      ? say("the API server's certificate has expired")
      : say("the API server's certificate expired at {at:at}", { at: notAfter });
  }
  return notBefore === null || notBefore <= now
    ? say("the API server's certificate is not yet valid")
    : say("the API server's certificate is valid only from {at:at}", { at: notBefore });
}

/** Host (without brackets) and port of `host:port` or `[host]:port`; port "" if there is none. */
export function splitAddress(address: string): { host: string; port: string } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d+))?$/.exec(address) ?? [];
  return { host: bracketed ?? plain ?? address, port: port ?? '' };
}

/** Who signed it, as a handshake saw it; without one what the system said. */
function untrustedSay({ message }: ApiDoorFact, certificate: ApiHandshakeFact | undefined, nodesKeep: boolean): Say {
  const issuer = shorten(certificate?.issuer ?? '', 80);
  if (certificate?.outcome !== 'untrusted' || issuer === '') {
    return saying("the API server's certificate is not trusted", {}, message);
  }
  if (certificate.newAuthority && nodesKeep)
    return say(
      'the API shows a certificate of another authority with the same name, {issuer}, while the nodes keep the old one: something may stand in between',
      { issuer },
    );
  if (certificate.newAuthority)
    return say('the cluster has a new authority, {issuer}: our kubeconfig is old', { issuer });
  return certificate.certificate?.selfSigned === true
    ? say("the API server's certificate is not trusted: it is signed by itself, {issuer}", { issuer })
    : say("the API server's certificate is not trusted: it is signed by {issuer}", { issuer });
}

function wrongNameSay({ address }: ApiDoorFact, certificate: ApiHandshakeFact | undefined): Say {
  const { host } = splitAddress(address);
  const all = certificate?.outcome === 'wrong-name' ? (certificate.certificate?.names ?? []) : [];
  if (all.length === 0) return say("the API server's certificate is not for {host}", { host });
  const names = all.slice(0, 3).map((name) => shorten(name, 60));
  const values = { host, names: names.join(', '), more: all.length - names.length };
  return values.more === 0
    ? say("the API server's certificate is not for {host}, but for {names}", values)
    : say("the API server's certificate is not for {host}, but for {names} and {more} more", values);
}

function unexpectedSay({ address, status, message }: ApiDoorFact): Say {
  if (status === null) return saying('what answers at {address} is not a Kubernetes API', { address }, message);
  return say('what answers at {address} is not a Kubernetes API (HTTP {status})', { address, status });
}

function saying(template: string, values: Record<string, string>, message: string): Say {
  const words = shorten(message);
  return words === '' ? say(template, values) : say(`${template}: {message}`, { ...values, message: words });
}
