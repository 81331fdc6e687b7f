import type { Verdict } from '#server/engine/define-check.ts';
import type { ApiDoorFact, CredentialFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { say } from '#shared/say.ts';
import { handshakeEvidence } from './certificate-trouble.ts';
import type { Refusal } from './door-words.ts';
import { shorten } from './shorten.ts';

type Entries = NonNullable<Verdict['evidence']>;

/** What was said when the API refused us, with what we came, and when it was well last. What weighs most comes first. */
export function refusalEvidence(refusal: Refusal, door: ApiDoorFact, handshake: ApiHandshakeFact | undefined): Entries {
  const shown = handshake === undefined ? [] : servingEvidence(handshake);
  // Who signed it is what a certificate is not believed for; elsewhere it is only told beside.
  const first = refusal === 'untrusted' || refusal === 'wrong-name' || refusal.startsWith('certificate-');
  return [
    ...answerEvidence(door),
    ...(first ? shown : []),
    ...credentialEvidence(door.credential),
    door.readyAt === null
      ? { kind: 'text', say: say('{address} has never been ready since the wall started', { address: door.address }) }
      : { kind: 'value', say: say('last ready {at:at}', { at: door.readyAt }) },
    ...(first ? [] : shown),
  ];
}

function answerEvidence({ status, message }: ApiDoorFact): Entries {
  const words = shorten(message, 300);
  // The message of an answer mostly begins with its status.
  const answered = status === null || words.startsWith(String(status)) ? words : `${status} ${words}`.trim();
  if (answered === '') return [];
  return [{ kind: 'text', say: say(status === null ? '{answered}' : 'HTTP {answered}', { answered }) }];
}

function credentialEvidence({ kind, from: whole, expiresAt, subject, issuer, problem }: CredentialFact): Entries {
  const from = shorten(whole);
  const who = { subject: shorten(subject, 80), issuer: shorten(issuer, 80) || 'nobody named' };
  const words = shorten(problem, 300);
  return [
    expiresAt === null
      ? { kind: 'text', say: say('credentials: {kind} of {from}', { kind, from }) }
      : {
          kind: 'value',
          say: say('credentials: {kind} of {from}, valid until {at:at}', { kind, from, at: expiresAt }),
        },
    ...(subject === '' ? [] : [{ kind: 'text' as const, say: say('we are {subject}, as {issuer} has signed', who) }]),
    ...(words === '' ? [] : [{ kind: 'text' as const, say: say('not taken up: {words}', { words }) }]),
  ];
}

function servingEvidence(handshake: ApiHandshakeFact): Entries {
  const { notAfter } = handshake;
  return [
    ...handshakeEvidence(handshake),
    ...(notAfter === null
      ? []
      : [{ kind: 'value' as const, say: say("the API server's certificate ends {at:at}", { at: notAfter }) }]),
  ];
}
