import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { apiRefusesOwn, serverCertificateIs } from '../certificate-refusals.ts';
import { explainsInside, explainsItsHosts, explainsSharers } from '../certificate-causes.ts';
import { isRenewedAllTheTime, renewalSteps } from '../certificate-renewal.ts';
import { certificateEvidence, certificateOf } from '../certificate-words.ts';
import { certificateKinds, headOf, notSeenYet, seenCertificates, type SeenCertificate } from '../seen-certificates.ts';
import { explainsDistrustedRegistries } from '../registry-causes.ts';
import { explainsDistrusted } from '../service-causes.ts';
import { startedAt } from '../started-at.ts';

/** Has a certificate ended? Of what the wall itself presents and of the API's this is why it is blind. */
export default defineCheck({
  check: 'certificates/expired',
  about: 'a certificate has ended: of the API server, a kubelet, a host, cert-manager, or the wall itself',
  needs: certificateKinds,
  settings: {},
  explains: [
    { checks: ['control-plane/api-answers'], when: explainsRefusal },
    explainsSharers('certificates/expired'),
    explainsItsHosts('certificates/expired'),
    explainsInside('expired', ({ notAfter }) => notAfter),
    explainsDistrusted,
    explainsDistrustedRegistries,
  ],
  judge: (snapshot) => [
    ...seenCertificates(snapshot).flatMap((seen) => verdict(seen, snapshot) ?? []),
    ...notSeenYet(snapshot),
  ],
});

/** A clock a little off, and the time it takes to notice. */
const datesAgreeWithinMs = 60_000;

/** The API's 401 if ours had ended by when that began; its expired certificate if that is what is said to have ended. */
function explainsRefusal({ subject }: Verdict, effect: Effect, snapshot: Snapshot): boolean {
  if (subject.kind === 'Endpoint') return serverCertificateIs('expired', effect, snapshot);
  const door = apiRefusesOwn(subject, effect, snapshot);
  const { expiresAt = null } = door?.credential ?? {};
  return door !== null && expiresAt !== null && expiresAt <= door.outcomeSince + datesAgreeWithinMs;
}

function verdict(seen: SeenCertificate, snapshot: Snapshot): Verdict | null {
  const { notAfter } = seen;
  const { now } = snapshot;
  if (notAfter === null) return null;
  const head = headOf(seen);
  const what = certificateOf(seen);
  if (!hasEnded(seen, notAfter, snapshot)) {
    return { ...head, level: 'ok', say: say('{what} is valid until {at:at}', { what, at: notAfter }) };
  }
  return {
    ...head,
    level: 'bad',
    say: expiredSay(seen, what, notAfter, snapshot),
    evidence: certificateEvidence(seen, snapshot),
    steps: renewalSteps(seen, snapshot),
    series: ['certificates/soonest'],
    ...startedAt(notAfter, now),
  };
}

/** What others renew all the time may have ended a moment before it is used again: that counts where the API minds it. */
function hasEnded(seen: SeenCertificate, notAfter: number, snapshot: Snapshot): boolean {
  const { now } = snapshot;
  if (notAfter > now) return false;
  if (!isRenewedAllTheTime(seen) || now - notAfter > datesAgreeWithinMs) return true;
  return snapshot.facts('apiDoor').get('api')?.outcome === 'unauthorized';
}

function expiredSay({ where }: SeenCertificate, what: string, at: number, snapshot: Snapshot): Say {
  const refused = where === 'own' && snapshot.facts('apiDoor').get('api')?.outcome === 'unauthorized';
  return refused
    ? say('{what} expired at {at:at}: the API refuses us (401)', { what, at })
    : say('{what} expired at {at:at}', { what, at });
}
