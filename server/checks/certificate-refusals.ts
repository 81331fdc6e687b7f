import type { Effect } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { Subject } from '#shared/finding.ts';
import { freshFact } from './fresh-fact.ts';
import { apiSubject, credentialSubject, sameSubject } from './subjects.ts';

/** The API's door if `subject` is what we present ourselves with and `effect` is that the API refuses it (401), else null. */
export function apiRefusesOwn(subject: Subject, effect: Effect, snapshot: Snapshot): ApiDoorFact | null {
  const door = snapshot.facts('apiDoor').get('api');
  const refused = door?.outcome === 'unauthorized' && sameSubject(effect.subject, apiSubject);
  return refused && sameSubject(subject, credentialSubject) ? door : null;
}

/** True if `effect` is that the API server's certificate is out of its time, as its door or a new handshake says. */
export function serverCertificateIs(when: 'expired' | 'not-yet-valid', effect: Effect, snapshot: Snapshot): boolean {
  if (!sameSubject(effect.subject, apiSubject)) return false;
  const door = snapshot.facts('apiDoor').get('api')?.outcome;
  if (door === `certificate-${when}`) return true;
  // A connection made earlier still answers: then it is the handshake that tells.
  const answers = door === 'ready' || door === 'not-ready';
  return answers && freshFact(snapshot, 'apiHandshake', 'api')?.outcome === when;
}
