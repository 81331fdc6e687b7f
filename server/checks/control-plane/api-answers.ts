import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { say } from '#shared/say.ts';
import { blindness } from '../blindness.ts';
import { apiDistribution } from '../distribution.ts';
import { certificateTrouble } from '../certificate-trouble.ts';
import { refusalSteps } from '../door-steps.ts';
import { ownCertificateEnded, refusalOf, refusalSay, type Refusal } from '../door-words.ts';
import { freshFact } from '../fresh-fact.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { apiSubject as subject } from '../subjects.ts';

/** Does the API let us in? Each way in which it does not has its own words and first steps. */
export default defineCheck({
  check: 'control-plane/api-answers',
  about: 'the API server answers us, or why not: unreachable, silent, 401, 403, a certificate',
  needs: { apiDoor: 'required', apiHandshake: 'optional' },
  settings: {},
  blinds: true,
  explains: [blindness],
  judge(snapshot) {
    const door = snapshot.facts('apiDoor').get('api');
    if (door === undefined) return [];
    const certificate = freshFact(snapshot, 'apiHandshake', 'api');
    const refusal = refusalOf(door);
    if (refusal !== null) return [refused(refusal, door, certificate, snapshot)];
    return [certificateTrouble(door, certificate, snapshot) ?? answering(door)];
  },
});

function answering({ latencyMs }: ApiDoorFact): Verdict {
  return latencyMs === null
    ? { subject, level: 'ok', say: say('the API answers') }
    : { subject, level: 'ok', say: say('the API answers in {latency:duration}', { latency: latencyMs }) };
}

function refused(
  refusal: Refusal,
  door: ApiDoorFact,
  certificate: ApiHandshakeFact | undefined,
  snapshot: Snapshot,
): Verdict {
  const { now } = snapshot;
  const since = ownCertificateEnded(door, now) ? door.credential.expiresAt : door.outcomeSince;
  return {
    subject,
    level: 'bad',
    say: refusalSay(refusal, door, certificate, now),
    evidence: evidence(door, certificate),
    steps: refusalSteps(refusal, door, apiDistribution(snapshot), now),
    series: ['control-plane/latency'],
    ...startedAt(since, now),
  };
}

function evidence(
  { status, message, readyAt, address, credential }: ApiDoorFact,
  certificate: ApiHandshakeFact | undefined,
): NonNullable<Verdict['evidence']> {
  const entries: NonNullable<Verdict['evidence']> = [];
  const words = shorten(message, 300);
  // The message of an answer mostly begins with its status.
  const answered = status === null || words.startsWith(String(status)) ? words : `${status} ${words}`.trim();
  if (answered !== '') {
    entries.push({ kind: 'text', say: say(status === null ? '{answered}' : 'HTTP {answered}', { answered }) });
  }
  const { expiresAt } = credential;
  const from = shorten(credential.from);
  entries.push(
    expiresAt === null
      ? { kind: 'text', say: say('credentials: {kind} of {from}', { kind: credential.kind, from }) }
      : {
          kind: 'value',
          say: say('credentials: {kind} of {from}, valid until {at:at}', {
            kind: credential.kind,
            from,
            at: expiresAt,
          }),
        },
  );
  entries.push(
    readyAt === null
      ? { kind: 'text', say: say('{address} has never been ready since the wall started', { address }) }
      : { kind: 'value', say: say('last ready {at:at}', { at: readyAt }) },
  );
  if (certificate?.notAfter != null) {
    entries.push({
      kind: 'value',
      say: say("the API server's certificate ends {at:at}", { at: certificate.notAfter }),
    });
  }
  return entries;
}
