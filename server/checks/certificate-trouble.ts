import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { apiDistribution, onlyServer } from './distribution.ts';
import { refusalSteps } from './door-steps.ts';
import { certificateSay, refusalSay, type Refusal } from './door-words.ts';
import { fingerprintEvidence, nodesKeepOurs } from './new-authority.ts';
import { shorten } from './shorten.ts';
import { startedAt } from './started-at.ts';
import { apiSubject as subject } from './subjects.ts';

const refusalBy = {
  untrusted: 'untrusted',
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-not-yet-valid',
  'wrong-name': 'wrong-name',
  'no-handshake': 'refused',
} as const satisfies Record<Exclude<ApiHandshakeFact['outcome'], 'trusted'>, Refusal>;

// A handshake is given up after this.
const handshakeMayTakeMs = 8_000;

/**
 * What a new TLS handshake says against an API that still answers on the connection we keep: everybody who connects
 * anew fails. Null if nothing is wrong, or if the handshake may have been begun before the door's present outcome, for
 * then it speaks of an outage that is over.
 */
export function certificateTrouble(
  door: ApiDoorFact,
  handshake: ApiHandshakeFact | undefined,
  snapshot: Snapshot,
): Verdict | null {
  if (handshake === undefined || handshake.outcome === 'trusted') return null;
  if (askedAfter(handshake, snapshot) < door.outcomeSince) return null;
  const { outcome, notAfter, outcomeSince, message } = handshake;
  const ended = outcome === 'expired' && notAfter !== null ? notAfter : outcomeSince;
  const words = shorten(message, 300);
  return {
    subject,
    // Nobody new gets in by a bad certificate; a handshake that fails otherwise may be a server about to stop.
    level: outcome === 'no-handshake' ? 'warn' : 'bad',
    say: troubleSay(outcome, door, handshake, { now: snapshot.now, nodesKeep: nodesKeepOurs(snapshot) }),
    evidence: [
      ...(words === '' ? [] : [{ kind: 'text' as const, say: plainly(words) }]),
      { kind: 'text', say: say('a connection made earlier still answers') },
      ...handshakeEvidence(handshake),
    ],
    steps: refusalSteps(refusalBy[outcome], door, {
      distribution: apiDistribution(snapshot),
      server: onlyServer(snapshot),
      now: snapshot.now,
      handshake,
      nodesKeep: nodesKeepOurs(snapshot),
    }),
    ...startedAt(ended, snapshot.now),
  };
}

/** A moment (epoch ms) after which the handshake was surely begun: a fact that stays the same is not told every time. */
function askedAfter({ askedAt, source }: ApiHandshakeFact, snapshot: Snapshot): number {
  return Math.max(askedAt, (snapshot.sources.get(source)?.freshAt ?? 0) - handshakeMayTakeMs);
}

function troubleSay(
  outcome: keyof typeof refusalBy,
  door: ApiDoorFact,
  handshake: ApiHandshakeFact,
  known: { now: number; nodesKeep: boolean },
): Say {
  if (outcome === 'no-handshake') return say('the API server takes no new connections');
  const { template, values } =
    outcome === 'expired' || outcome === 'not-yet-valid'
      ? certificateSay(refusalBy[outcome], handshake, known.now)
      : refusalSay(refusalBy[outcome], { ...door, message: '' }, handshake, known);
  return say(`${template}: new connections fail`, values);
}

/** Whose certificate was shown and who signed it, up to the last authority that was shown with it. */
export function handshakeEvidence(handshake: ApiHandshakeFact): NonNullable<Verdict['evidence']> {
  const { subject: name, issuer, certificate, notAfter } = handshake;
  if (name === '' && issuer === '' && notAfter === null) return [];
  const values = { subject: shorten(name, 80) || 'without a name', issuer: shorten(issuer, 80) || 'nobody named' };
  const last = certificate?.chain.at(-1);
  return [
    { kind: 'text', say: say('certificate {subject}, issued by {issuer}', values) },
    ...fingerprintEvidence(handshake),
    ...(last === undefined || last.selfSigned
      ? []
      : [
          {
            kind: 'text' as const,
            say: say('its authority is issued by {issuer}', { issuer: shorten(last.issuer, 80) }),
          },
        ]),
  ];
}
