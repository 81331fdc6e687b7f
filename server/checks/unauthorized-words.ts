import type { ApiDoorFact, CredentialFact } from '#server/facts/api-door.ts';
import { say, type Say } from '#shared/say.ts';
import { shorten } from './shorten.ts';

/** True if the API refuses us because our own client certificate has ended. */
export function ownCertificateEnded(door: ApiDoorFact, now: number): boolean {
  return door.credential.kind === 'client-certificate' && credentialEnded(door, now);
}

/** True if the API refuses us because what we present has ended, whatever it is. */
export function credentialEnded({ outcome, credential: { expiresAt } }: ApiDoorFact, now: number): boolean {
  return outcome === 'unauthorized' && expiresAt !== null && expiresAt <= now;
}

/**
 * What the API's clock makes of our credential where ours makes something else of it: then a clock is the cause of a 401.
 * Null if both agree, or the API's clock or the dates are not known.
 */
export function byApiClock({ credential, clockAheadMs }: ApiDoorFact, now: number): 'ended' | 'not-yet-valid' | null {
  if (clockAheadMs === null) return null;
  const { expiresAt, issuedAt } = credential;
  const there = now + clockAheadMs;
  if (expiresAt !== null && expiresAt > now && expiresAt <= there) return 'ended';
  return issuedAt !== null && issuedAt <= now && issuedAt > there ? 'not-yet-valid' : null;
}

/** The sentence of a 401: what we present, and what may be wrong with it. */
export function unauthorizedSay(door: ApiDoorFact, now: number): Say {
  const { credential } = door;
  const { kind, expiresAt } = credential;
  if (kind === 'none') return say('API wants credentials, and we have none (401)');
  const what = { 'client-certificate': 'certificate', exec: 'credential' }[kind as string] ?? 'token';
  if (credentialEnded(door, now)) {
    return say(`API refuses us: our ${what} expired at {at:at}`, { at: expiresAt ?? door.outcomeSince });
  }
  const byClock = byApiClock(door, now);
  if (byClock === 'ended') return say(`API refuses us: by its clock our ${what} has expired`);
  if (byClock === 'not-yet-valid') return say(`API refuses us: by its clock our ${what} is not valid yet`);
  return refusedSay(credential, what);
}

/** Of what is in its time: whoever signed it is no longer believed, or it was taken back. */
function refusedSay({ kind, from, expiresAt }: CredentialFact, what: string): Say {
  if (kind === 'exec') {
    return say('API refuses the credential that {from} gives (401)', { from: shorten(from, 60) || 'the plugin' });
  }
  const why =
    kind === 'client-certificate' ? 'perhaps the cluster has a new authority' : 'it is revoked, or its account deleted';
  return expiresAt === null
    ? say(`API refuses our ${what} (401): ${why}`)
    : say(`API refuses our ${what} (401), which is valid until {at:at}: ${why}`, { at: expiresAt });
}
