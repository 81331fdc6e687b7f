import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { explainsInside, explainsSharers } from '../certificate-causes.ts';
import { apiRefusesOwn, serverCertificateIs } from '../certificate-refusals.ts';
import { showStep } from '../certificate-renewal.ts';
import { certificateEvidence, certificateOf } from '../certificate-words.ts';
import { certificateKinds, headOf, notSeenYet, seenCertificates, type SeenCertificate } from '../seen-certificates.ts';
import { explainsDistrustedRegistries } from '../registry-causes.ts';
import { explainsDistrusted } from '../service-causes.ts';

/** Is a certificate valid only from later on? Then a clock is wrong, or it was issued for later. */
export default defineCheck({
  check: 'certificates/not-yet-valid',
  about: 'a certificate is valid only from later on: a clock is wrong, or it was issued for later',
  needs: certificateKinds,
  settings: {},
  explains: [
    {
      checks: ['control-plane/api-answers'],
      when: ({ subject }: Verdict, effect: Effect, snapshot: Snapshot) =>
        subject.kind === 'Endpoint'
          ? serverCertificateIs('not-yet-valid', effect, snapshot)
          : apiRefusesOwn(subject, effect, snapshot) !== null,
    },
    explainsSharers('certificates/not-yet-valid'),
    explainsInside('not-yet-valid', ({ notBefore }) => notBefore),
    explainsDistrusted,
    explainsDistrustedRegistries,
  ],
  judge: (snapshot) => [
    ...seenCertificates(snapshot).flatMap((seen) => verdict(seen, snapshot) ?? []),
    ...notSeenYet(snapshot),
  ],
});

// What is issued this very moment begins by the clock of its issuer, which is a little ahead of ours at times.
const clocksDifferByMs = 5_000;

function verdict(seen: SeenCertificate, snapshot: Snapshot): Verdict | null {
  const { notBefore } = seen;
  if (notBefore === null) return null;
  const head = headOf(seen);
  const what = certificateOf(seen);
  if (notBefore <= snapshot.now + clocksDifferByMs) {
    return { ...head, level: 'ok', say: say('{what} is valid since {at:at}', { what, at: notBefore }) };
  }
  return {
    ...head,
    level: 'bad',
    say: say('{what} is valid only from {at:at}', { what, at: notBefore }),
    evidence: certificateEvidence(seen, snapshot),
    steps: steps(seen),
  };
}

function steps({ server, where }: SeenCertificate): Step[] {
  const place = where === 'own' || where === 'issued' ? 'where it was issued' : 'where it is shown';
  return [
    { say: `Compare the clocks: run this on the wall and ${place}`, command: 'date -u' },
    { say: 'Are the clocks kept in time?', command: 'timedatectl status' },
    ...(server === null ? [] : [showStep(server)]),
    { say: 'Are the clocks right? Then it was issued for later: use the one before it until then' },
  ];
}
