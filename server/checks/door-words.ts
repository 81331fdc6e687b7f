import type { ApiDoorFact, DoorOutcome } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { say, type Say } from '#shared/say.ts';
import { shorten } from './shorten.ts';

/** What came of asking the API where it did not let us in. */
export type Refusal = Exclude<DoorOutcome, 'ready' | 'not-ready'>;

/** The outcome if the API did not let us in, null if it answered whether it is ready. */
export function refusalOf({ outcome }: ApiDoorFact): Refusal | null {
  return outcome === 'ready' || outcome === 'not-ready' ? null : outcome;
}

/** True if the API refuses us because our own client certificate has ended. */
export function ownCertificateEnded({ outcome, credential }: ApiDoorFact, now: number): boolean {
  const { kind, expiresAt } = credential;
  return outcome === 'unauthorized' && kind === 'client-certificate' && expiresAt !== null && expiresAt <= now;
}

/** The sentence of a refusal. `certificate` is the serving certificate as last seen, if it was. */
export function refusalSay(
  refusal: Refusal,
  door: ApiDoorFact,
  certificate: ApiHandshakeFact | undefined,
  now: number,
): Say {
  const { address, credential, outcomeSince: since } = door;
  switch (refusal) {
    case 'refused':
      return say('the API server at {address} refuses connections', { address });
    case 'unreachable':
      return saying('the API server at {address} cannot be reached', { address }, door.message);
    case 'dns':
      return say('the name of the API server cannot be resolved: {host}', { host: splitAddress(address).host });
    case 'timeout':
      return say('the API server at {address} has not answered for {since:age}', { address, since });
    case 'silent':
      return say('the API server at {address} takes connections but has not answered for {since:age}', {
        address,
        since,
      });
    case 'unauthorized':
      return ownCertificateEnded(door, now)
        ? say('API refuses us: our certificate expired at {at:at}', { at: credential.expiresAt ?? since })
        : say('API refuses our credentials (401)');
    case 'forbidden':
      return say('API forbids us to ask whether it is ready (403)');
    case 'untrusted':
      return saying("the API server's certificate is not trusted", {}, door.message);
    case 'wrong-name':
      return say("the API server's certificate is not for {host}", { host: splitAddress(address).host });
    case 'certificate-expired':
    case 'certificate-not-yet-valid':
      return certificateSay(refusal, certificate, now);
    case 'no-credentials':
      return saying('we have no credentials for the API', {}, credential.problem || door.message);
    case 'reset':
      return say('the API server at {address} breaks off the connection', { address });
    case 'unexpected':
      return unexpectedSay(door);
  }
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

/** What a tile shows in place of a latency, in few letters. */
export function refusalFigure(refusal: Refusal, { status }: ApiDoorFact): { value: string; rest: string } {
  switch (refusal) {
    case 'unauthorized':
      return { value: '401', rest: 'Unauthorized' };
    case 'forbidden':
      return { value: '403', rest: 'Forbidden' };
    case 'refused':
      return { value: 'refused', rest: 'no connection' };
    case 'unreachable':
      return { value: 'no way', rest: 'to the API server' };
    case 'dns':
      return { value: 'no name', rest: 'cannot be resolved' };
    case 'timeout':
      return { value: 'no answer', rest: 'timed out' };
    case 'silent':
      return { value: 'no answer', rest: 'connected, then silent' };
    case 'untrusted':
      return { value: 'untrusted', rest: 'API certificate' };
    case 'wrong-name':
      return { value: 'wrong name', rest: 'API certificate' };
    case 'certificate-expired':
      return { value: 'expired', rest: 'API certificate' };
    case 'certificate-not-yet-valid':
      return { value: 'too early', rest: 'API certificate' };
    case 'no-credentials':
      return { value: 'no login', rest: 'credentials missing' };
    case 'reset':
      return { value: 'cut off', rest: 'connection reset' };
    case 'unexpected':
      return { value: status === null ? 'odd' : String(status), rest: 'not a Kubernetes API' };
  }
}

/** Host (without brackets) and port of `host:port` or `[host]:port`; port "" if there is none. */
export function splitAddress(address: string): { host: string; port: string } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d+))?$/.exec(address) ?? [];
  return { host: bracketed ?? plain ?? address, port: port ?? '' };
}

function unexpectedSay({ address, status, message }: ApiDoorFact): Say {
  if (status === null) return saying('what answers at {address} is not a Kubernetes API', { address }, message);
  return say('what answers at {address} is not a Kubernetes API (HTTP {status})', { address, status });
}

function saying(template: string, values: Record<string, string>, message: string): Say {
  const words = shorten(message);
  return words === '' ? say(template, values) : say(`${template}: {message}`, { ...values, message: words });
}
